package io.holdfast.deadletter;

/**
 * What became of a {@link Settlement}.
 *
 * @param claim of this claim
 * @param accepted false if it was lost: the item was claimed again since, or is gone. Then nothing
 *     was changed
 */
public record Settled(Claim claim, boolean accepted) {}
