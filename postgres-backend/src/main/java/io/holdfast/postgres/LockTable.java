package io.holdfast.postgres;

import io.holdfast.lock.LockState;
import java.util.List;

/** How locks lie in their tables, for {@link TableTransfer}. */
final class LockTable {

  private static final String PAGE =
      """
      SELECT {columns}
      FROM {schema}.locks l
      WHERE l.lock_name > $1
      ORDER BY l.lock_name
      LIMIT $2
      """;

  /** Nobody else writes meanwhile, so what is newer stays so: {@link LockState#isNewerThan}. */
  private static final String LOAD =
      """
      WITH r AS MATERIALIZED (
        SELECT name, token, CASE WHEN holders IS NULL THEN owner ELSE '' END AS owner, "expiresAt",
          metadata, holders
        FROM jsonb_to_recordset($1) AS x (name text, token bigint, owner text,
          "expiresAt" timestamptz, metadata jsonb, holders jsonb)
      ), shares AS MATERIALIZED (
        SELECT r.name, h.token, h.owner, h."holdersMax", h."expiresAt", h.metadata
        FROM r CROSS JOIN jsonb_to_recordset(r.holders) AS h (token bigint, owner text,
          "holdersMax" integer, "expiresAt" timestamptz, metadata jsonb)
      ), newer AS MATERIALIZED (
        SELECT r.*
        FROM r
        LEFT JOIN {schema}.locks t ON t.lock_name = r.name
        WHERE t.lock_name IS NULL
          OR t.token < r.token
          OR (t.token = r.token AND t.owner IS NOT NULL AND r.owner IS NULL)
          OR (t.token = r.token AND t.owner = r.owner AND r.owner <> ''
            AND t.expires_at < r."expiresAt")
          OR (t.token = r.token AND t.owner = '' AND r.owner = ''
            AND NOT EXISTS (
              SELECT FROM shares s
              LEFT JOIN {schema}.lock_shares o
                ON o.lock_name = s.name AND o.token = s.token AND o.owner = s.owner
              WHERE s.name = r.name AND o.token IS NULL)
            AND (
              EXISTS (
                SELECT FROM {schema}.lock_shares o
                LEFT JOIN shares s ON s.name = o.lock_name AND s.token = o.token
                WHERE o.lock_name = r.name AND o.owner IS NOT NULL AND s.token IS NULL)
              OR EXISTS (
                SELECT FROM {schema}.lock_shares o
                JOIN shares s ON s.name = o.lock_name AND s.token = o.token
                WHERE o.lock_name = r.name AND o.expires_at < s."expiresAt")))
      ), written AS (
        INSERT INTO {schema}.locks (lock_name, token, owner, asked_at, expires_at, metadata)
        SELECT name, token, owner, now(), "expiresAt", metadata FROM newer
        ON CONFLICT (lock_name) DO UPDATE
        SET token = excluded.token, owner = excluded.owner, expires_at = excluded.expires_at,
          metadata = excluded.metadata
        RETURNING lock_name
      ), gone AS (
        DELETE FROM {schema}.lock_shares o
        USING newer
        WHERE o.lock_name = newer.name AND NOT EXISTS (
          SELECT FROM shares s WHERE s.name = o.lock_name AND s.token = o.token)
        RETURNING o.token
      ), kept AS (
        INSERT INTO {schema}.lock_shares AS o (lock_name, token, owner, holders_max, expires_at,
          metadata)
        SELECT s.name, s.token, s.owner, s."holdersMax", s."expiresAt", s.metadata
        FROM shares s
        JOIN newer ON newer.name = s.name
        ON CONFLICT (lock_name, token) DO UPDATE
        SET owner = excluded.owner, holders_max = excluded.holders_max,
          expires_at = excluded.expires_at, metadata = excluded.metadata
        RETURNING o.token
      )
      SELECT count(*) FROM written
      """;

  private static final String REMOVE =
      """
      WITH gone AS (
        DELETE FROM {schema}.lock_shares WHERE lock_name = $1
      )
      DELETE FROM {schema}.locks
      WHERE lock_name = $1
      """;

  private static final String LOCK =
      "LOCK TABLE {schema}.locks, {schema}.lock_shares IN SHARE ROW EXCLUSIVE MODE";

  private static final String COUNT = "SELECT count(*) FROM {schema}.locks WHERE $1";

  private LockTable() {}

  static TableTransfer.Table<LockState> of(SchemaName schema) {
    return new TableTransfer.Table<>(
        schema.in(PAGE.replace("{columns}", PostgresLockLedger.COLUMNS)),
        List.of(""),
        PostgresLockLedger::state,
        lock -> List.of(lock.name().value()),
        lock -> 200 + 400 * lock.holders().size(),
        schema.in(LOAD),
        schema.in(LOCK),
        LockState.KIND::encode,
        schema.in(REMOVE),
        schema.in(COUNT));
  }
}
