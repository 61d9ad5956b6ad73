/** Saved progress of workflows: {@link io.holdfast.checkpoint.CheckpointStore}. */
@NullMarked
@CheckReturnValue
package io.holdfast.checkpoint;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
