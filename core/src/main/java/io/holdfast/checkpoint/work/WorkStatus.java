package io.holdfast.checkpoint.work;

import io.holdfast.CorruptDataException;

/** Where an item of work is. */
public enum WorkStatus {
  /** To be done. */
  PENDING("pending"),
  /** Somebody is at it, or was when the run was interrupted. */
  IN_PROGRESS("inProgress"),
  /** Done, with a result. */
  COMPLETED("completed"),
  /** Failed, and not to be tried again by itself. */
  FAILED("failed");

  private final String text;

  WorkStatus(String text) {
    this.text = text;
  }

  /** True for completed and failed: nothing is left to do. */
  public boolean isSettled() {
    return this == COMPLETED || this == FAILED;
  }

  /** The name in a state's JSON. */
  String text() {
    return text;
  }

  static WorkStatus parse(String text) {
    for (WorkStatus status : values()) {
      if (status.text.equals(text)) {
        return status;
      }
    }
    throw new CorruptDataException("Member status", "there is no " + text);
  }
}
