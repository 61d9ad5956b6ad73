/**
 * How PostgreSQL keeps the promises of the storage SPI. {@link
 * io.holdfast.postgres.PostgresStorage} is the door; {@code Database} is the only class that takes
 * connections, {@code SqlErrors} the only one that knows SQLSTATE, and each store keeps its SQL at
 * its top.
 */
@NullMarked
@CheckReturnValue
package io.holdfast.postgres;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
