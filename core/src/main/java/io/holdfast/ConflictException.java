package io.holdfast;

/**
 * Somebody wrote first, or the id is taken, or the move is not allowed from where the record is.
 * Nothing was written. The caller reads again, decides and retries.
 */
public final class ConflictException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final String id;
  private final String expected;
  private final String actual;

  /** Reads as "Session s-7c is at version 5, expected version 3". */
  public ConflictException(String what, String id, String expected, String actual) {
    super(what + " " + id + " is " + actual + ", expected " + expected);
    this.id = id;
    this.expected = expected;
    this.actual = actual;
  }

  /** A conflict of versions; version 0 means that the thing does not exist. */
  public static ConflictException ofVersion(String what, String id, long expected, long actual) {
    return new ConflictException(what, id, describe(expected), describe(actual));
  }

  private static String describe(long version) {
    return version == 0 ? "absent" : "at version " + version;
  }

  /** The id of the record that is in the way. */
  public String id() {
    return id;
  }

  /** What the caller expected, as text. */
  public String expected() {
    return expected;
  }

  /** What was found instead, as text. */
  public String actual() {
    return actual;
  }
}
