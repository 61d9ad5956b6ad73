/**
 * What a storage remembers of a migration into it: {@link io.holdfast.transfer.MigrationLedger}.
 * And where it has moved itself, if it has: {@link io.holdfast.transfer.Relocation}.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.transfer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
