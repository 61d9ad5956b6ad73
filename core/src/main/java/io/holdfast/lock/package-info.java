/** Leases on names: {@link io.holdfast.lock.LockStore}. */
@NullMarked
@CheckReturnValue
package io.holdfast.lock;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
