package io.holdfast.migration.verify;

import org.jspecify.annotations.Nullable;

/**
 * One record that is not the same on both sides.
 *
 * @param kind the name of its kind
 * @param key what tells it apart from others of its kind
 * @param finding what is wrong
 * @param field where the two first differ; {@code null} unless both sides have the record
 */
public record Difference(
    String kind, String key, Finding finding, @Nullable FieldDifference field) {}
