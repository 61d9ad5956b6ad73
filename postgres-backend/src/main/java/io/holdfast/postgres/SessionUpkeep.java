package io.holdfast.postgres;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Forgets which sessions have changed, once that is some minutes ago: readers are never so far
 * behind, but for those that were cut off, and they look at everything. Harmless when several
 * processes do it at once.
 */
final class SessionUpkeep {

  private static final Logger LOG = LoggerFactory.getLogger(SessionUpkeep.class);

  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final Duration THEN = Duration.ofMinutes(5);
  private static final long KEPT_SECONDS = 600;
  private static final int CHANGES_AT_ONCE = 10_000;

  /**
   * Only what is decided: a change that comes later would lie below what is forgotten, and every
   * reader would be lost until it has come. Those that several forget at once are counted once.
   */
  private static final String FORGET =
      """
      WITH decided AS MATERIALIZED (
        SELECT {schema}.session_horizon($1) AS change
      ), oldest AS MATERIALIZED (
        SELECT c.change, c.changed_at
        FROM {schema}.session_changes c, decided d
        WHERE c.change <= d.change
        ORDER BY c.change
        LIMIT $2
        FOR UPDATE OF c SKIP LOCKED
      ), forgotten AS (
        DELETE FROM {schema}.session_changes c
        USING oldest o
        WHERE c.change = o.change AND o.changed_at < now() - $3::bigint * interval '1 second'
        RETURNING c.change
      ), newest AS (
        SELECT max(change) AS change, count(*) AS changes
        FROM forgotten
      ), noted AS (
        UPDATE {schema}.store s
        SET session_changes_forgotten = greatest(s.session_changes_forgotten, n.change)
        FROM newest n
        WHERE n.change IS NOT NULL
        RETURNING 1
      )
      SELECT changes, (SELECT count(*) FROM noted)
      FROM newest
      """;

  private final SqlRunner control;
  private final EventTools tools;
  private final Disposable running;

  SessionUpkeep(SqlRunner control, EventTools tools) {
    this.control = control;
    this.tools = tools;
    this.running =
        Flux.interval(FIRST, THEN)
            .onBackpressureDrop()
            .concatMap(tick -> round(), 1)
            .publish()
            .connect();
  }

  private Mono<Long> round() {
    return forget(KEPT_SECONDS)
        .onErrorResume(
            error -> {
              LOG.warn("Upkeep of sessions failed, and is tried again: {}", error.getMessage());
              return Mono.empty();
            });
  }

  /** Piece after piece, until one is not full; how many changes were forgotten. */
  Mono<Long> forget(long keptSeconds) {
    Sql sql =
        Sql.of(
            tools.schema().in(FORGET), SessionFloor.tag(tools.tag()), CHANGES_AT_ONCE, keptSeconds);
    Mono<Long> piece = control.first(sql, row -> row.number(0));
    return piece
        .expand(forgotten -> forgotten < CHANGES_AT_ONCE ? Mono.empty() : piece)
        .reduce(0L, Long::sum);
  }

  void close() {
    running.dispose();
  }
}
