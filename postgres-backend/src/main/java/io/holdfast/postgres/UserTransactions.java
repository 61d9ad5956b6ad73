package io.holdfast.postgres;

import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.lock.Lease;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The transactions that callers ask for: run again if need be, within their time. */
record UserTransactions(
    Database database,
    EventTools tools,
    Duration statementTimeout,
    Counter reruns,
    Consumer<GatheredNews> committed,
    Consumer<GatheredNews> ended) {

  <T> Mono<T> run(TransactionOptions options, Function<StoreSet, Mono<T>> work) {
    return Mono.defer(
        () -> {
          long end = System.nanoTime() + options.timeout().toNanos();
          Mono<T> attempt =
              Mono.defer(() -> attempt(options, Duration.ofNanos(end - System.nanoTime()), work));
          return options.limited(Reruns.ofTransaction(attempt, options.attempts(), reruns));
        });
  }

  private <T> Mono<T> attempt(
      TransactionOptions options, Duration left, Function<StoreSet, Mono<T>> work) {
    GatheredNews news = new GatheredNews();
    return database.inside(
        Begin.of(options.isolation(), left, statementTimeout),
        transaction ->
            fence(transaction, options.lease(), news)
                .then(Mono.defer(() -> work.apply(stores(transaction, options, news)))),
        new TransactionEnd() {
          @Override
          public void committed() {
            committed.accept(news);
          }

          @Override
          public void ended() {
            ended.accept(news);
          }
        });
  }

  private Mono<Void> fence(SqlRunner transaction, @Nullable Lease lease, News news) {
    return lease == null
        ? Mono.empty()
        : new PostgresLockLedger(transaction, transaction, tools.schema(), news::called)
            .fence(lease)
            .then();
  }

  private StoreSet stores(SqlRunner transaction, TransactionOptions options, News news) {
    return PostgresTransaction.on(transaction, tools, news).at(options.isolation());
  }
}
