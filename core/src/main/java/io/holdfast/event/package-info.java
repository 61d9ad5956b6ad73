/** The append-only history of jobs: {@link io.holdfast.event.EventLog}. */
@NullMarked
@CheckReturnValue
package io.holdfast.event;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
