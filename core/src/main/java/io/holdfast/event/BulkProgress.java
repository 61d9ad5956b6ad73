package io.holdfast.event;

import io.holdfast.Position;

/**
 * What a bulk append has acknowledged so far.
 *
 * @param events how many events are committed, counted from the start of the append
 * @param position the highest position among them
 */
public record BulkProgress(long events, Position position) {}
