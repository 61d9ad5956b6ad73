/**
 * Shows what Holdfast does on a machine that has nothing but Java: {@link
 * io.holdfast.migration.demo.Demo}.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.demo;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
