package io.holdfast.postgres;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Up to where the log is decided: no event at or below this position can still appear.
 *
 * <p>Positions are drawn when a row is written, but rows appear when their transaction commits, so
 * "greater than the last one seen" loses events. Every writer therefore holds a shared advisory
 * lock, from before it draws its first position until its commit is visible, whose key is the
 * sequence's value at that moment: its floor. A reader looks at the sequence first, then at the
 * smallest floor held, then reads up to the smaller of the two, in three statements. A writer that
 * the second one does not show has either ended, so the third sees its rows, or has not drawn a
 * position yet, so that its positions lie above the first one's value. Transactions that do not
 * write events hold nothing back.
 */
final class Horizon {

  /** The key's two halves are four bytes each; floors are cut to 31 bits and put together again. */
  static final long FLOOR_BITS = 0x7fff_ffffL;

  private static final String TAKE_FLOOR =
      """
      SELECT pg_advisory_xact_lock_shared(
        %s, ((last_value - (NOT is_called)::integer) & 2147483647)::integer)
      FROM {schema}.event_position
      """;

  private static final String LAST_POSITION =
      """
      SELECT last_value - (NOT is_called)::integer
      FROM {schema}.event_position
      WHERE $1
      """;

  private static final String FLOORS =
      """
      SELECT DISTINCT objid::bigint
      FROM pg_locks
      WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = $1::bigint::oid
        AND objsubid = 2
        AND granted
      """;

  private final SqlRunner database;
  private final int tag;
  private final String lastPosition;

  Horizon(SqlRunner database, SchemaName schema, int tag) {
    this.database = database;
    this.tag = tag;
    this.lastPosition = schema.in(LAST_POSITION);
  }

  /**
   * Takes the floor lock. A writer's statement has this as a common table expression, and draws
   * positions only from rows that depend on it.
   */
  static String takeFloor(int tag) {
    return TAKE_FLOOR.formatted(tag);
  }

  /** The last position that is decided; 0 before the first event. */
  Mono<Long> read() {
    return database
        .first(Sql.of(lastPosition, true), row -> row.number(0))
        .flatMap(
            last ->
                database
                    .list(Sql.of(FLOORS, (long) tag), row -> row.number(0))
                    .map(floors -> below(last, floors)));
  }

  /** The smaller of {@code last} and the smallest floor, which is at or below {@code last}. */
  static long below(long last, List<Long> floors) {
    return floors.stream().mapToLong(floor -> rebuild(last, floor)).min().orElse(last);
  }

  private static long rebuild(long last, long floor) {
    long whole = (last & ~FLOOR_BITS) | floor;
    // A writer that took its floor after we read the last position stands above it; only one that
    // is
    // more than half the key space above belongs to the round before.
    if (whole - last > FLOOR_BITS / 2) {
      return whole - FLOOR_BITS - 1;
    }
    return Math.min(whole, last);
  }
}
