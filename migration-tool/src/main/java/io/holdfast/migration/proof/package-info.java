/**
 * Sums up records so that two storages can be compared by one number: {@link
 * io.holdfast.migration.proof.KindTree} and {@link io.holdfast.migration.proof.Root}. {@code
 * docs/canonical-form.md} defines the numbers.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.proof;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
