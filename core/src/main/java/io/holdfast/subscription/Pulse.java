package io.holdfast.subscription;

/**
 * How things stand when a member has said that it is alive.
 *
 * @param version the subscription's, see {@link Subscription#version}
 * @param rejoin true if joining again would change its slices: it counts as dead, has more than its
 *     share, or there are free ones for it
 */
public record Pulse(long version, boolean rejoin) {}
