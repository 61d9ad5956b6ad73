/** Runs and their state machine: {@link io.holdfast.session.SessionStore}. */
@NullMarked
@CheckReturnValue
package io.holdfast.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
