package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import io.netty.buffer.ByteBuf;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Connections and transactions: the only class that takes a connection and gives it back. */
final class Database implements SqlRunner {

  private final ConnectionFactory connections;
  private final InFlight inFlight = new InFlight();

  Database(ConnectionFactory connections) {
    this.connections = connections;
  }

  /** Sent again if it cannot be fitted in with others: a statement alone is a transaction. */
  @Override
  public <T> Mono<List<T>> list(Sql sql, Function<Columns, T> mapper) {
    return Reruns.ofStatement(withConnection(connection -> connection.list(sql, mapper)));
  }

  /** Sent again as above. */
  @Override
  public Mono<Long> write(Sql sql) {
    return Reruns.ofStatement(withConnection(connection -> connection.write(sql)));
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

  /** READ COMMITTED, whatever the server's default: {@link EventPages}. */
  @Override
  public <T> Mono<T> atomically(Function<SqlRunner, Mono<T>> work) {
    return atomically(Begin.PLAIN, work);
  }

  /**
   * Commits when {@code work} completes; rolls back when it fails, is cancelled, or the storage is
   * closed. A cancel ends {@code work} at once, and the rollback waits for the statement in flight;
   * it never reaches a commit.
   */
  <T> Mono<T> atomically(Begin begin, Function<SqlRunner, Mono<T>> work) {
    return atomically(begin, work, TransactionEnd.UNHEARD);
  }

  private <T> Mono<T> atomically(
      Begin begin, Function<SqlRunner, Mono<T>> work, TransactionEnd listener) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> cancelled = Sinks.empty();
          Mono<T> ended =
              Mono.firstWithSignal(
                  cancelled.asMono().then(Mono.error(TransactionCancelled::new)),
                  inFlight.closing().then(Mono.error(InFlight::closedError)));
          return withConnection(
                  connection ->
                      transact(connection.connection(), begin, work, ended)
                          .doOnSuccess(value -> listener.committed())
                          .doOnTerminate(listener::ended)
                          .onErrorResume(TransactionCancelled.class, gone -> Mono.empty()))
              .doOnCancel(cancelled::tryEmitEmpty);
        });
  }

  /**
   * As above, and using this database inside of {@code work} is refused. Whoever cancels does not
   * hear of the end; {@code listener} does.
   */
  <T> Mono<T> inside(Begin begin, Function<SqlRunner, Mono<T>> work, TransactionEnd listener) {
    return atomically(
        begin,
        runner ->
            Mono.defer(() -> work.apply(runner)).contextWrite(context -> context.put(this, true)),
        listener);
  }

  private static <T> Mono<T> transact(
      Connection connection, Begin begin, Function<SqlRunner, Mono<T>> work, Mono<T> ended) {
    StatementGate gate = new StatementGate();
    Mono<T> untilEnded =
        Mono.firstWithSignal(
            Mono.defer(() -> work.apply(new BoundConnection(connection, gate))), ended);
    return Mono.usingWhen(
        begin
            .on(connection)
            .onErrorResume(error -> rolledBack(connection, error))
            .thenReturn(connection),
        open -> untilEnded,
        open -> gate.close().then(Mono.from(open.commitTransaction())),
        (open, error) -> gate.close().then(Mono.from(open.rollbackTransaction())),
        open -> gate.close().then(Mono.from(open.rollbackTransaction())));
  }

  /**
   * A transaction in two round trips, for work that nobody cancels: {@code look} is sent together
   * with the BEGIN, and {@code write}, which must send all it has at once, with the COMMIT. If a
   * statement fails, the server makes a rollback of that COMMIT. Emits what {@code look} did.
   */
  <T> Mono<T> inTwoTrips(
      Function<SqlRunner, Mono<T>> look, BiFunction<SqlRunner, T, Mono<Void>> write) {
    return withConnection(
        bound -> {
          Connection connection = bound.connection();
          return Together.with(
                  Mono.from(connection.beginTransaction(IsolationLevel.READ_COMMITTED)),
                  look.apply(bound))
              .onErrorResume(error -> rolledBack(connection, error))
              .flatMap(
                  seen ->
                      Together.of(
                              write.apply(bound, seen), Mono.from(connection.commitTransaction()))
                          .thenReturn(seen));
        });
  }

  private static <T> Mono<T> rolledBack(Connection connection, Throwable error) {
    return Mono.from(connection.rollbackTransaction())
        .onErrorResume(
            another -> {
              error.addSuppressed(another);
              return Mono.empty();
            })
        .then(Mono.error(error));
  }

  /**
   * Runs {@code work} on a connection of its own. Once it has one, a cancel no longer reaches it; a
   * caller that is gone by then costs an acquisition and nothing else. Inside a transaction it is
   * refused: were all connections in transactions that want another one, nobody would get any.
   */
  private <T> Mono<T> withConnection(Function<BoundConnection, Mono<T>> work) {
    Mono<T> wanted =
        Mono.defer(
            () -> {
              AtomicBoolean gone = new AtomicBoolean();
              Mono<T> whole =
                  Mono.usingWhen(
                      connections.create(),
                      connection ->
                          gone.get() ? Mono.empty() : work.apply(new BoundConnection(connection)),
                      Connection::close);
              return Shield.around(inFlight.track(whole))
                  .doOnCancel(() -> gone.set(true))
                  .onErrorMap(this::translate);
            });
    return outside(wanted);
  }

  /** {@code work}, refused inside a transaction, which it would wait for for ever. */
  <T> Mono<T> outside(Mono<T> work) {
    return Mono.deferContextual(
        context -> context.hasKey(this) ? Mono.error(Database::nested) : work);
  }

  private static InvalidInputException nested() {
    return new InvalidInputException(
        "transaction", "inside it, use the stores that it hands in, not the storage");
  }

  private Throwable translate(Throwable error) {
    Throwable translated = SqlErrors.translate(unwrapped(error));
    return inFlight.isClosed() && !(translated instanceof StorageException)
        ? new UnavailableException("The storage was closed meanwhile", error)
        : translated;
  }

  /** Why a rollback or commit failed, without what Reactor wraps around it. */
  private static Throwable unwrapped(Throwable error) {
    return error.getClass() == RuntimeException.class
            && error.getCause() instanceof R2dbcException reason
        ? reason
        : error;
  }

  /** Ends the transactions of callers, also those that come now; single statements go on. */
  void endTransactions() {
    inFlight.endTransactions();
  }

  /** Refuses whatever comes from now on; completes when what is under way has ended. */
  Mono<Void> close() {
    return inFlight.close();
  }

  /** Ends a transaction whose caller is gone; there is nobody to tell. */
  private static final class TransactionCancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TransactionCancelled() {
      super("The transaction was cancelled", null, false, false);
    }
  }
}
