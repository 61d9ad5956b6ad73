package io.holdfast;

/**
 * The caller no longer owns what it holds a token of: the lease ran out and somebody else took it,
 * or it was released by force. Nothing was written. The caller stops working at once.
 */
public final class LockLostException extends StorageException {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final long token;

  /** {@code name} is the lock or the claimed item, {@code token} the stale token. */
  public LockLostException(String name, long token) {
    super("Token " + token + " of " + name + " is no longer the newest, or its lease has ended");
    this.name = name;
    this.token = token;
  }

  /** The lock, or the claimed item. */
  public String name() {
    return name;
  }

  /** The token that is not valid any more. */
  public long token() {
    return token;
  }
}
