package io.holdfast.postgres;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Keeps the statements that it is given, and finds nothing. */
final class CapturingRunner implements SqlRunner {

  private final List<Sql> statements = new ArrayList<>();

  Sql last() {
    return statements.get(statements.size() - 1);
  }

  @Override
  public <T> Mono<List<T>> list(Sql sql, Function<Columns, T> mapper) {
    statements.add(sql);
    return Mono.just(List.of());
  }

  @Override
  public Mono<Long> write(Sql sql) {
    statements.add(sql);
    return Mono.just(0L);
  }

  @Override
  public Mono<Void> execute(String script) {
    return Mono.empty();
  }

  @Override
  public Mono<Long> copyIn(String sql, Publisher<ByteBuf> data) {
    return Mono.just(0L);
  }

  @Override
  public <T> Mono<T> atomically(Function<SqlRunner, Mono<T>> work) {
    return work.apply(this);
  }

  @Override
  public boolean isTransaction() {
    return false;
  }
}
