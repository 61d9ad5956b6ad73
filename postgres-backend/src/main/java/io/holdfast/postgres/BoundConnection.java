package io.holdfast.postgres;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Wrapped;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** SQL on one connection, inside whatever transaction it is in. One statement at a time. */
record BoundConnection(Connection connection, StatementGate gate) implements SqlRunner {

  /** Outside a transaction. */
  BoundConnection(Connection connection) {
    this(connection, new StatementGate());
  }

  @Override
  public <T> Mono<List<T>> list(Sql sql, Function<Columns, T> mapper) {
    return shielded(
        Mono.defer(
            () ->
                results(sql)
                    .concatMap(result -> result.map((row, meta) -> mapper.apply(new Columns(row))))
                    .collectList()
                    .onErrorMap(SqlErrors::translate)));
  }

  @Override
  public Mono<Long> write(Sql sql) {
    return shielded(
        Mono.defer(
            () ->
                results(sql)
                    .concatMap(Result::getRowsUpdated)
                    .reduce(0L, Long::sum)
                    .onErrorMap(SqlErrors::translate)));
  }

  @Override
  public Mono<Void> execute(String script) {
    return shielded(
        Flux.defer(() -> connection.createStatement(script).execute())
            .concatMap(Result::getRowsUpdated)
            .then()
            .onErrorMap(SqlErrors::translate));
  }

  private <T> Mono<T> shielded(Mono<T> statement) {
    return Shield.around(gate.pass(statement));
  }

  private Flux<? extends Result> results(Sql sql) {
    return Flux.from(sql.on(connection).execute());
  }

  /**
   * A message for each buffer: the driver gathers whatever comes from one publisher into one
   * message first, and the server would have nothing to do until all is encoded.
   */
  @Override
  public Mono<Long> copyIn(String sql, Publisher<ByteBuf> data) {
    return shielded(
        Mono.defer(() -> postgres().copyIn(sql).fromMany(Flux.from(data).map(Mono::just)).build())
            .onErrorMap(SqlErrors::translate));
  }

  /** The driver's own connection, below what the pool has wrapped around it. */
  private PostgresqlConnection postgres() {
    Object unwrapped = connection;
    while (unwrapped instanceof Wrapped<?> wrapped
        && !(unwrapped instanceof PostgresqlConnection)) {
      unwrapped = Objects.requireNonNull(wrapped.unwrap());
    }
    return (PostgresqlConnection) unwrapped;
  }

  @Override
  public <T> Mono<T> atomically(Function<SqlRunner, Mono<T>> work) {
    return work.apply(this);
  }

  @Override
  public boolean isTransaction() {
    return true;
  }
}
