package io.holdfast;

/** The named thing does not exist. The caller gives up, or creates it. */
public final class NotFoundException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final String id;

  /** {@code what} and {@code id} read as a sentence: "Session s-7c does not exist". */
  public NotFoundException(String what, String id) {
    super(what + " " + id + " does not exist");
    this.id = id;
  }

  /** The id that was asked for. */
  public String id() {
    return id;
  }
}
