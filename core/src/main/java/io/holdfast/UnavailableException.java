package io.holdfast;

/**
 * The storage is unreachable, overloaded, timed out or rolled back. A write <em>may have
 * happened</em>; repeating it with the same id, expected version or token cannot apply it twice.
 * The caller retries later.
 */
public final class UnavailableException extends StorageException {

  private static final long serialVersionUID = 1L;

  /** Without a cause: the storage itself refuses, for example because it is closed. */
  public UnavailableException(String message) {
    super(message);
  }

  /** With what the driver or the file system said. */
  public UnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
