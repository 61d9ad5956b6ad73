package io.holdfast.postgres;

/** An append cannot be written without waiting for somebody; nothing of it was. */
final class WouldWait extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WouldWait(Throwable cause) {
    super("Another transaction is in the way", cause, false, false);
  }
}
