package io.holdfast.postgres;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks from time to time at what holds the {@link Horizon} back: how far, how long, and who. */
final class HorizonWatch {

  private static final Logger LOG = LoggerFactory.getLogger(HorizonWatch.class);

  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** The writer with the lowest floor, which may be a transaction that was left prepared. */
  private static final String HOLDER =
      """
      WITH last AS MATERIALIZED (
        SELECT last_value - (NOT is_called)::integer AS position
        FROM {schema}.event_position
      ), held AS (
        SELECT l.pid, l.virtualtransaction, last.position,
          (last.position & ~2147483647::bigint) | l.objid::bigint AS whole
        FROM last
        CROSS JOIN pg_locks l
        WHERE l.locktype = 'advisory'
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND l.classid = $1::bigint::oid
          AND l.objsubid = 2
          AND l.granted
      ), holder AS (
        SELECT pid, virtualtransaction, position,
          whole + CASE
            WHEN whole - position > 1073741823 THEN -2147483648
            WHEN whole - position < -1073741824 THEN 2147483648
            ELSE 0 END AS floor
        FROM held
      )
      SELECT greatest(0, h.position - h.floor),
        coalesce('process ' || h.pid, 'prepared transaction ' || p.gid, 'a transaction')
          || coalesce(' (' || a.application_name || ')', ''),
        coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, p.prepared)), 0)::bigint
      FROM holder h
      LEFT JOIN pg_stat_activity a ON a.pid = h.pid
      LEFT JOIN pg_prepared_xacts p ON h.virtualtransaction = '-1/' || p.transaction::text
      ORDER BY h.floor, coalesce(a.xact_start, p.prepared)
      LIMIT 1
      """;

  /**
   * How far the horizon is behind the last position that was drawn.
   *
   * @param positions how many are not decided yet
   * @param holder whose transaction is waited for; {@code null} when nobody appends
   * @param seconds how long that transaction has been open
   */
  record Lag(long positions, @Nullable String holder, long seconds) {

    static final Lag NONE = new Lag(0, null, 0);
  }

  private final SqlRunner control;
  private final Sql holder;
  private final Disposable running;
  private volatile Lag last = Lag.NONE;

  HorizonWatch(SqlRunner control, EventTools tools) {
    this.control = control;
    this.holder = Sql.of(tools.schema().in(HOLDER), (long) tools.tag());
    this.running =
        Flux.interval(PERIOD, PERIOD)
            .onBackpressureDrop()
            .concatMap(tick -> round(), 1)
            .publish()
            .connect();
  }

  /** As it is now; never empty. */
  Mono<Lag> look() {
    return control
        .first(holder, row -> new Lag(row.number(0), row.text(1), row.number(2)))
        .defaultIfEmpty(Lag.NONE);
  }

  /** As it was at the last look. */
  Lag last() {
    return last;
  }

  private Mono<Lag> round() {
    return look()
        .doOnNext(lag -> last = lag)
        .onErrorResume(
            error -> {
              LOG.debug("The horizon cannot be seen: {}", error.getMessage());
              return Mono.empty();
            });
  }

  void close() {
    running.dispose();
  }
}
