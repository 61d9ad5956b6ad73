/**
 * The crash drill: an example orchestrator, which is killed again and again while it runs, and what
 * has to be true of its storage afterwards, whichever storage that is.
 *
 * <p>The example is {@link io.holdfast.migration.crash.Orchestrator}: start there. It maps and
 * reduces {@linkplain io.holdfast.migration.crash.Item items}, of which some fail once and some for
 * good. What it knows is a {@link io.holdfast.migration.crash.RunState}, and each change of that is
 * one transaction of a {@link io.holdfast.migration.crash.Ledger}, with everything that belongs to
 * it. So a process that is killed leaves nothing half done, and the next one goes on.
 *
 * <p>The drill is {@link io.holdfast.migration.crash.CrashDrill}, and {@link
 * io.holdfast.migration.crash.Audit} is what it looks at in the end: nothing but the storage.
 * {@code -Dholdfast.crash.seed=} and the number that a failure names repeats how long each process
 * is let live; threads still take turns as they like.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.crash;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
