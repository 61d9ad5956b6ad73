package io.holdfast.postgres;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Sees to it that the sequence stands above every position that is stored. A restore that brings
 * the rows but not the sequence would otherwise give positions out a second time, and readers that
 * have passed them would never see the new events.
 */
final class PositionCheck {

  private static final Logger LOG = LoggerFactory.getLogger(PositionCheck.class);

  private static final String BEHIND =
      """
      SELECT e.stored
      FROM (SELECT max(position) AS stored FROM {schema}.events WHERE $1) e,
        {schema}.event_position s
      WHERE e.stored > s.last_value - (NOT s.is_called)::integer
      """;

  /** Nobody draws a position meanwhile. */
  private static final String LOCK = "LOCK TABLE {schema}.events IN SHARE ROW EXCLUSIVE MODE";

  private static final String RAISE = "SELECT setval('{schema}.event_position', $1)";

  private final SqlRunner database;
  private final SchemaName schema;

  PositionCheck(SqlRunner database, SchemaName schema) {
    this.database = database;
    this.schema = schema;
  }

  /** Looks, and repairs what has to be. */
  Mono<Void> ensureAbove() {
    return behind(database).flatMap(stored -> database.atomically(this::raise));
  }

  private Mono<Void> raise(SqlRunner tx) {
    return tx.execute(schema.in(LOCK))
        .then(behind(tx))
        .flatMap(
            stored -> {
              LOG.warn(
                  "Events of schema {} go up to position {}, but their sequence did not: raised it."
                      + " Has the schema been restored without it?",
                  schema.value(),
                  stored);
              return tx.list(Sql.of(schema.in(RAISE), stored), row -> true).then();
            });
  }

  /** The highest position, if the sequence is below it. */
  private Mono<Long> behind(SqlRunner runner) {
    return runner.first(Sql.of(schema.in(BEHIND), true), row -> row.number(0));
  }
}
