package io.holdfast;

/** Stored bytes cannot be read or do not match their checksum. The caller calls a human. */
public final class CorruptDataException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final String where;

  /** {@code where} names the file and line, or the table and key. */
  public CorruptDataException(String where, String why) {
    super(where + " is damaged: " + why);
    this.where = where;
  }

  /** As above, with the parser's complaint. */
  public CorruptDataException(String where, String why, Throwable cause) {
    super(where + " is damaged: " + why, cause);
    this.where = where;
  }

  /** {@code where} cannot be read, because {@code part} of it is damaged. */
  public CorruptDataException(String where, CorruptDataException part) {
    this(where, part.getMessage() == null ? part.where() : part.getMessage(), part);
  }

  /** The place of the damage. */
  public String where() {
    return where;
  }
}
