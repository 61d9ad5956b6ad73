/**
 * The command line {@code holdfast}. {@link io.holdfast.migration.HoldfastCommand} is the door;
 * {@code command} holds one class a verb, {@code copy} and {@code verify} do the work of a
 * migration, {@code report} says what came of it, {@code prodigy} reads a foreign store, {@code
 * demo} shows all of it on a fresh machine.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
