package io.holdfast.dual;

/**
 * An answer that was not the same on both sides, twice, although everything it rests on had been
 * copied.
 *
 * @param kind the kind of records it is made of
 * @param key the record, for people to read; what they have in common if it is of many
 */
public record Divergence(String kind, String key) {}
