package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import io.netty.buffer.ByteBuf;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Connections and transactions: the only class that takes a connection and gives it back. */
final class Database implements SqlRunner {

  private final ConnectionFactory connections;
  private volatile boolean closed;

  Database(ConnectionFactory connections) {
    this.connections = connections;
  }

  @Override
  public <T> Mono<List<T>> list(Sql sql, Function<Columns, T> mapper) {
    return withConnection(connection -> connection.list(sql, mapper));
  }

  @Override
  public Mono<Long> write(Sql sql) {
    return withConnection(connection -> connection.write(sql));
  }

  @Override
  public Mono<Long> copyIn(String sql, Publisher<ByteBuf> data) {
    return withConnection(connection -> connection.copyIn(sql, data));
  }

  @Override
  public Mono<Void> execute(String script) {
    return withConnection(connection -> connection.execute(script));
  }

  @Override
  public boolean isTransaction() {
    return false;
  }

  /**
   * Commits when {@code work} completes; rolls back when it fails or is cancelled. A cancel ends
   * {@code work} at once, and the rollback waits for the statement in flight; it never reaches a
   * commit.
   */
  @Override
  public <T> Mono<T> atomically(Function<SqlRunner, Mono<T>> work) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> cancelled = Sinks.empty();
          return withConnection(
                  connection -> transact(connection.connection(), work, cancelled.asMono()))
              .doOnCancel(cancelled::tryEmitEmpty);
        });
  }

  private static <T> Mono<T> transact(
      Connection connection, Function<SqlRunner, Mono<T>> work, Mono<Void> cancelled) {
    Mono<T> untilCancelled =
        Mono.firstWithSignal(
            Mono.defer(() -> work.apply(new BoundConnection(connection))),
            cancelled.then(Mono.error(TransactionCancelled::new)));
    return Mono.usingWhen(
            Mono.from(connection.beginTransaction()).thenReturn(connection),
            open -> untilCancelled,
            Connection::commitTransaction,
            (failed, error) -> failed.rollbackTransaction(),
            Connection::rollbackTransaction)
        .onErrorResume(TransactionCancelled.class, gone -> Mono.empty());
  }

  /**
   * Runs {@code work} on a connection of its own. Once it has one, a cancel no longer reaches it; a
   * caller that is gone by then costs an acquisition and nothing else.
   */
  private <T> Mono<T> withConnection(Function<BoundConnection, Mono<T>> work) {
    return Mono.defer(
        () -> {
          if (closed) {
            return Mono.error(closedError(null));
          }
          AtomicBoolean gone = new AtomicBoolean();
          Mono<T> whole =
              Mono.usingWhen(
                  connections.create(),
                  connection ->
                      gone.get() ? Mono.empty() : work.apply(new BoundConnection(connection)),
                  Connection::close);
          return Shield.around(whole)
              .doOnCancel(() -> gone.set(true))
              .onErrorMap(error -> closed ? closedError(error) : SqlErrors.translate(error));
        });
  }

  /** Refuses whatever comes from now on; what is under way may still end well. */
  void close() {
    closed = true;
  }

  private static UnavailableException closedError(@Nullable Throwable cause) {
    return cause == null
        ? new UnavailableException("The storage is closed")
        : new UnavailableException("The storage was closed meanwhile", cause);
  }

  /** Ends a transaction whose caller is gone; there is nobody to tell. */
  private static final class TransactionCancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransactionCancelled() {
      super("The transaction was cancelled", null, false, false);
    }
  }
}
