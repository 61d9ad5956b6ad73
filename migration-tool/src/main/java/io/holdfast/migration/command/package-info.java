/** One class a verb, and what they share. */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.command;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
