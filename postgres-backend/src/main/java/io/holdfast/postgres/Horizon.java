package io.holdfast.postgres;

import reactor.core.publisher.Mono;

/**
 * Up to where the log is decided: no event at or below this position can still appear.
 *
 * <p>Positions are drawn when a row is written, but rows appear when their transaction commits, so
 * "greater than the last one seen" loses events. Every writer therefore holds a shared advisory
 * lock, from before it draws its first position until its commit is visible, whose key is the
 * sequence's value at that moment: its floor. A reader looks at the sequence first, then at the
 * smallest floor held, then reads up to the smaller of the two, in three statements; they are the
 * statements of one function, see {@link EventPages}. A writer that the second one does not show
 * has either ended, so the third sees its rows, or has not drawn a position yet, so that its
 * positions lie above the first one's value. Transactions that do not write events hold nothing
 * back.
 *
 * <p>A key's two halves are four bytes each: floors are cut to 31 bits, and put together again by
 * {@code event_horizon}.
 */
final class Horizon {

  private static final String LOCK =
      """
      pg_advisory_xact_lock_shared(
        %s, ((last_value - (NOT is_called)::integer) & 2147483647)::integer)\
      """;

  private static final String TAKE_FLOOR =
      """
      SELECT last_value AS position, {lock}
      FROM {schema}.event_position
      """;

  private static final String LOCK_IN_PASSING = "set_config('lock_timeout', '100ms', true), {lock}";

  private static final String READ = "SELECT {schema}.event_horizon($1)";

  private final SqlRunner database;
  private final int tag;
  private final String read;

  Horizon(SqlRunner database, SchemaName schema, int tag) {
    this.database = database;
    this.tag = tag;
    this.read = schema.in(READ);
  }

  /**
   * Takes the floor lock. A writer's statement has this as a common table expression, and draws
   * positions only from rows that depend on it: none of them lies below its column "position".
   */
  static String takeFloor(int tag) {
    return takeFloor(tag, "{lock}");
  }

  /** As above; from then on the transaction waits for any lock for a tenth of a second only. */
  static String takeFloorInPassing(int tag) {
    return takeFloor(tag, LOCK_IN_PASSING);
  }

  private static String takeFloor(int tag, String lock) {
    return TAKE_FLOOR.replace("{lock}", lock).replace("{lock}", LOCK.formatted(tag));
  }

  /** The last position that is decided; 0 before the first event. */
  Mono<Long> read() {
    return database.first(Sql.of(read, tag), row -> row.number(0));
  }
}
