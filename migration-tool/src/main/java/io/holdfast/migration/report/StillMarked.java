package io.holdfast.migration.report;

/** What was not done to its end has left a storage marked as moved. */
public final class StillMarked extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StillMarked(Throwable cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }

  /**
   * What tidying up has failed with is what has to be told; what made it necessary goes with it.
   */
  static Throwable unwrapped(Throwable error) {
    Throwable cause = error.getCause();
    if (!(cause instanceof StillMarked)) {
      return error;
    }
    for (Throwable first : error.getSuppressed()) {
      cause.addSuppressed(first);
    }
    return cause;
  }
}
