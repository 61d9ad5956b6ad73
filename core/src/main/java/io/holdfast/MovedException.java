package io.holdfast;

import io.holdfast.transfer.Moved;
import java.time.Instant;

/**
 * The storage has moved to another one, and takes no more writes. Nothing was written. The caller
 * opens the other one; it is of no use to retry.
 */
public final class MovedException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final String to;
  private final Instant at;

  /**
   * Reads as "The storage in state has moved to ...".
   *
   * @param what what has moved
   * @param reading how it can be read all the same: "access=read"
   */
  public MovedException(String what, Moved moved, String reading) {
    super(message(what, moved, reading));
    this.to = moved.to();
    this.at = moved.at();
  }

  /** As above, with what the driver said. */
  public MovedException(String what, Moved moved, String reading, Throwable cause) {
    super(message(what, moved, reading), cause);
    this.to = moved.to();
    this.at = moved.at();
  }

  private static String message(String what, Moved moved, String reading) {
    return "%s has moved to %s, at %s, and takes no more writes. With %s it is read; 'holdfast migrate rollback --force' takes the move back"
        .formatted(what, moved.to(), StorageTime.format(moved.at()), reading);
  }

  /** Where the storage is now: a URL without a password. */
  public String to() {
    return to;
  }

  /** Since when. */
  public Instant at() {
    return at;
  }
}
