package io.holdfast.postgres;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What has to be done from time to time in a process that stays up: months of events made ahead,
 * batches forgotten that are too old to be repeated, and processes that waited for a lock and are
 * gone. Harmless when several processes do it at once.
 */
final class Upkeep {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration THEN = Duration.ofHours(1);
  private static final long BATCHES_AT_ONCE = 10_000;

  /** In pieces, so that no transaction is long; by key, which every process sorts alike. */
  private static final String FORGET_BATCHES =
      """
      WITH old AS MATERIALIZED (
        SELECT job_id, batch_id
        FROM {schema}.event_batches
        WHERE created_at < now() - $1::bigint * interval '1 day'
        ORDER BY created_at
        LIMIT $2
        FOR UPDATE SKIP LOCKED
      )
      DELETE FROM {schema}.event_batches b
      USING old
      WHERE b.job_id = old.job_id AND b.batch_id = old.batch_id
      """;

  /** Whoever wants the lock next takes them out sooner. */
  private static final String FORGET_WAITERS =
      "DELETE FROM {schema}.lock_queue WHERE alive_until < now() - $1::bigint * interval '1 hour'";

  private final SqlRunner control;
  private final Mono<Void> months;
  private final Sql forgetBatches;
  private final Sql forgetWaiters;
  private final Disposable running;

  Upkeep(SqlRunner control, EventTools tools, PostgresConfiguration configuration) {
    this.control = control;
    this.months = configuration.upgrade() ? tools.partitions().ensureAhead() : Mono.empty();
    this.forgetBatches =
        Sql.of(
            tools.schema().in(FORGET_BATCHES),
            (long) configuration.eventBatchDays(),
            BATCHES_AT_ONCE);
    this.forgetWaiters = Sql.of(tools.schema().in(FORGET_WAITERS), 1L);
    this.running =
        Flux.interval(FIRST, THEN)
            .onBackpressureDrop()
            .concatMap(tick -> round(), 1)
            .publish()
            .connect();
  }

  private Mono<Void> round() {
    return months
        .then(forgetOldBatches())
        .then(control.write(forgetWaiters))
        .then()
        .onErrorResume(
            error -> {
              LOG.warn("Upkeep failed, and is tried again in an hour: {}", error.getMessage());
              return Mono.empty();
            });
  }

  /** Piece after piece, until one is not full; how many were forgotten. */
  Mono<Long> forgetOldBatches() {
    return control
        .write(forgetBatches)
        .expand(deleted -> deleted < BATCHES_AT_ONCE ? Mono.empty() : control.write(forgetBatches))
        .reduce(0L, Long::sum);
  }

  void close() {
    running.dispose();
  }
}
