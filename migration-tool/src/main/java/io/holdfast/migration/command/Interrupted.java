package io.holdfast.migration.command;

/** The process was asked to end: Ctrl-C, or SIGTERM. */
final class Interrupted extends RuntimeException {

  private static final long serialVersionUID = 1L;

  Interrupted() {
    this("Interrupted");
  }

  /** Says how to go on. */
  Interrupted(String message) {
    super(message);
  }
}
