/**
 * Proves that two storages hold the same records: {@link io.holdfast.migration.verify.Comparer}.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.verify;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
