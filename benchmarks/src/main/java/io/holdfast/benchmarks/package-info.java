/**
 * What Holdfast costs, one class a question, with the ceiling measured in the same run on the same
 * server. {@link io.holdfast.benchmarks.BenchmarkCommand} is the entry; {@code benchmarks/run}
 * calls it.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.benchmarks;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
