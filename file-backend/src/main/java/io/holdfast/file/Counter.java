package io.holdfast.file;

/** A number that only grows. */
record Counter(String name, long value) {

  /** The highest token of all claims on dead letters, those that are gone among them. */
  static final String CLAIMS = "dead-letter-claims";

  /** The highest token of all slices of subscriptions, those that were deleted among them. */
  static final String SUBSCRIPTIONS = "subscription-tokens";

  /** How many executions of {@code workflow} were pruned. */
  static String prunedExecutions(String workflow) {
    return "pruned-executions/" + workflow;
  }
}
