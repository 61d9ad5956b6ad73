/**
 * A whole migration or verification and what there is to say about it: {@link
 * io.holdfast.migration.report.Migration}.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.migration.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
