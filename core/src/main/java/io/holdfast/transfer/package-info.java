/**
 * What a storage remembers of a migration into it: {@link io.holdfast.transfer.MigrationLedger}.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.transfer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
