/** Work items that failed: {@link io.holdfast.deadletter.DeadLetterQueue}. */
@NullMarked
@CheckReturnValue
package io.holdfast.deadletter;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
