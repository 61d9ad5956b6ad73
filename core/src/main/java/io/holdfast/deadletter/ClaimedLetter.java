package io.holdfast.deadletter;

/** A dead letter and the right to work on it. */
public record ClaimedLetter(DeadLetter letter, Claim claim) {}
