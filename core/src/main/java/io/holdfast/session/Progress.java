package io.holdfast.session;

import io.holdfast.InvalidInputException;

/**
 * How far a run is.
 *
 * @param done units done, 0 or more
 * @param total units in all, 0 while that is not known; otherwise at least {@code done}
 */
public record Progress(long done, long total) {

  /** Nothing done, nothing known. */
  public static final Progress NONE = new Progress(0, 0);

  /** Checks the numbers. */
  public Progress {
    if (done < 0 || total < 0 || (total > 0 && done > total)) {
      throw new InvalidInputException("progress", "was " + done + " of " + total);
    }
  }
}
