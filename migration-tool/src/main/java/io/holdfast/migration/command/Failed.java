package io.holdfast.migration.command;

/** A command could not do what it was asked for, and its message says all there is to say. */
public final class Failed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** {@code message} is for the user. */
  public Failed(String message) {
    super(message);
  }

  /** {@code message} is for the user, {@code cause} for who asks for more. */
  Failed(String message, Throwable cause) {
    super(message, cause);
  }
}
