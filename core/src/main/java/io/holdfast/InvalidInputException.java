package io.holdfast;

/**
 * A value that the storage cannot keep faithfully, rejected before anything is written. The caller
 * mends its input.
 */
public final class InvalidInputException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final String what;
  private final String where;

  /**
   * {@code what} is the thing, {@code why} the rule it breaks, {@code where} the place inside it.
   */
  public InvalidInputException(String what, String why, String where) {
    super("Invalid " + what + ": " + why + (where.isEmpty() ? "" : " (at " + where + ")"));
    this.what = what;
    this.where = where;
  }

  /** As above, for a thing without inner places. */
  public InvalidInputException(String what, String why) {
    this(what, why, "");
  }

  /** The thing that is invalid, for example "job id" or "JSON". */
  public String what() {
    return what;
  }

  /** The place inside the thing, for JSON a JSON pointer; empty when there is none. */
  public String where() {
    return where;
  }
}
