package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Mends what a restore of the rows alone leaves behind. A sequence below the highest position would
 * give positions out a second time, and readers that have passed them would never see the new
 * events. Without notes of {@link PositionMonths} readers would see no events at all.
 */
final class PositionCheck {

  private static final Logger LOG = LoggerFactory.getLogger(PositionCheck.class);

  private static final String STATE =
      """
      SELECT e.stored, e.stored > s.last_value - (NOT s.is_called)::integer,
        e.live IS NOT NULL
          AND NOT EXISTS (SELECT FROM {schema}.position_months WHERE block = e.live >> 18)
      FROM (
          SELECT l.live, greatest(l.live, a.archived) AS stored
          FROM (SELECT max(position) AS live FROM {schema}.events WHERE $1) l,
            (SELECT max(last_position) AS archived FROM {schema}.archived_months) a
        ) e,
        {schema}.event_position s
      WHERE e.stored IS NOT NULL
      """;

  /** Nobody draws a position meanwhile. */
  private static final String LOCK = "LOCK TABLE {schema}.events IN SHARE ROW EXCLUSIVE MODE";

  private static final String RAISE = "SELECT setval('{schema}.event_position', $1)";
  private static final String NOTE = "SELECT {schema}.note_all_months()::text WHERE $1";

  private final SqlRunner database;
  private final SchemaName schema;

  PositionCheck(SqlRunner database, SchemaName schema) {
    this.database = database;
    this.schema = schema;
  }

  /** Of the highest position: whether the sequence is below it, and whether no month is noted. */
  private record State(long stored, boolean isBehind, boolean isUnnoted) {

    boolean isWrong() {
      return isBehind || isUnnoted;
    }
  }

  /** Looks, and mends what has to be. */
  Mono<Void> mend() {
    return look(database)
        .filter(State::isWrong)
        .flatMap(state -> database.atomically(this::mendUnderLock));
  }

  /** Looks, and fails if something has to be mended. */
  Mono<Void> require() {
    return look(database).filter(State::isWrong).flatMap(state -> Mono.error(() -> wrong(state)));
  }

  private UnavailableException wrong(State state) {
    return new UnavailableException(
        "Schema %s was restored without its %s, which opening it without upgrade=no mends"
            .formatted(schema.value(), state.isBehind() ? "sequence" : "notes of months"));
  }

  private Mono<Void> mendUnderLock(SqlRunner tx) {
    return tx.execute(schema.in(LOCK))
        .then(Mono.defer(() -> look(tx)))
        .flatMap(state -> raise(tx, state).then(Mono.defer(() -> note(tx, state))));
  }

  private Mono<Void> raise(SqlRunner tx, State state) {
    if (!state.isBehind()) {
      return Mono.empty();
    }
    LOG.warn(
        "Events of schema {} go up to position {}, their sequence does not: raising it. Has the"
            + " schema been restored without it?",
        schema.value(),
        state.stored());
    return tx.list(Sql.of(schema.in(RAISE), state.stored()), row -> true).then();
  }

  private Mono<Void> note(SqlRunner tx, State state) {
    if (!state.isUnnoted()) {
      return Mono.empty();
    }
    LOG.warn(
        "No month is noted for the newest events of schema {}: noting all anew. Has the schema"
            + " been restored without its notes?",
        schema.value());
    return tx.list(Sql.of(schema.in(NOTE), true), row -> true).then();
  }

  private Mono<State> look(SqlRunner runner) {
    return runner.first(
        Sql.of(schema.in(STATE), true), row -> new State(row.number(0), row.flag(1), row.flag(2)));
  }
}
