/** Carries records from one storage to another: {@link io.holdfast.migration.copy.Copier}. */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.copy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
