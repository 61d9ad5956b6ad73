/**
 * Two storages behind one, so that a running system can be moved from one to the other. Start at
 * {@link io.holdfast.dual.DualStorage}.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.dual;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
