package io.holdfast.postgres;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Where SQL runs: on the pool, each statement a transaction of its own ({@link Database}), or on
 * one connection, all in one transaction ({@link BoundConnection}). A store does not know which.
 *
 * <p>Results are read to their end before they are handed on, and a cancel never reaches a result
 * in flight.
 */
interface SqlRunner {

  /** All rows of a statement; never empty, the list may be. */
  <T> Mono<List<T>> list(Sql sql, Function<Columns, T> mapper);

  /** The first row of a statement; empty if there is none. */
  default <T> Mono<T> first(Sql sql, Function<Columns, T> mapper) {
    return list(sql, mapper).filter(rows -> !rows.isEmpty()).map(rows -> rows.get(0));
  }

  /** How many rows a statement has written. */
  Mono<Long> write(Sql sql);

  /** Runs a script of statements without parameters and results: DDL. */
  Mono<Void> execute(String script);

  /** Sends a COPY ... FROM STDIN and its data; how many rows it has written. */
  Mono<Long> copyIn(String sql, Publisher<ByteBuf> data);

  /** Runs {@code work} in a transaction: the one that is open, or a new one. */
  <T> Mono<T> atomically(Function<SqlRunner, Mono<T>> work);

  /** True inside a transaction: a failed statement cannot be sent again, only the whole. */
  boolean isTransaction();
}
