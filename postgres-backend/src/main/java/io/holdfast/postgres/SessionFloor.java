package io.holdfast.postgres;

/**
 * The floor of a transaction that changes sessions: as {@link Horizon} has it for events, with a
 * sequence and a lock tag of its own, so that neither holds the other back.
 */
final class SessionFloor {

  /** Taken once a transaction; the setting goes when the lock does, also with a savepoint. */
  private static final String TAKE =
      """
      SELECT last_value AS place,
        CASE
          WHEN coalesce(current_setting('holdfast.has_session_floor_{schema}', true), '') = ''
          THEN pg_advisory_xact_lock_shared(
            {tag}, ((last_value - (NOT is_called)::integer) & 2147483647)::integer)
        END,
        set_config('holdfast.has_session_floor_{schema}', 'yes', true)
      FROM {schema}.session_change\
      """;

  private SessionFloor() {}

  /** The tag of the locks of the store whose own is {@code tag}; the schema derives it alike. */
  static int tag(int tag) {
    return tag ^ 1;
  }

  /**
   * Fills in <code>{floor}</code>: a common table expression of one row. Numbers have to be drawn
   * from rows that depend on it.
   */
  static String in(String sql, int tag) {
    return sql.replace("{floor}", TAKE).replace("{tag}", Integer.toString(tag(tag)));
  }
}
