-- As before, but a page is bounded by what its reader gets: what is stored, and what was counted, may be
-- compressed a hundred times.
CREATE OR REPLACE FUNCTION {schema}.session_changes_behind(
  tag integer, place bigint, most integer, most_bytes bigint
)
RETURNS TABLE (
  reached bigint, is_lost boolean, is_full boolean, changed text, found {schema}.sessions
)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  stop bigint;
  last bigint;
  full_up boolean;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN;
  END IF;
  stop := {schema}.session_horizon(tag);
  -- The sequence is behind the reader when a standby has taken over that had not heard of all.
  IF place < (SELECT session_changes_forgotten FROM {schema}.store)
    OR place > (SELECT last_value FROM {schema}.session_change)
  THEN
    RETURN QUERY SELECT stop, true, false, NULL::text, NULL::{schema}.sessions;
    RETURN;
  END IF;
  SELECT max(p.change) FILTER (WHERE p.fits), count(*) = most OR NOT bool_and(p.fits)
  INTO last, full_up
  FROM (
    SELECT f.change, sum(f.bytes) OVER up_to - first_value(f.bytes) OVER up_to <= most_bytes AS fits
    FROM (
      SELECT c.change, CASE
        WHEN row_number() OVER (PARTITION BY c.session_id ORDER BY c.change) = 1
        THEN coalesce((SELECT CASE
            WHEN pg_column_compression(s.data) IS NULL THEN pg_column_size(s.data)
            ELSE octet_length(s.data::text) END
          FROM {schema}.sessions s WHERE s.session_id = c.session_id), 0)
        ELSE 0 END AS bytes
      FROM (
        SELECT b.change, b.session_id
        FROM {schema}.session_changes b
        WHERE b.change > place AND b.change <= stop
        ORDER BY b.change
        LIMIT most
      ) c
    ) f
    WINDOW up_to AS (ORDER BY f.change)
  ) p;
  full_up := coalesce(full_up, false);
  stop := greatest(place, CASE WHEN full_up THEN last ELSE stop END);
  RETURN QUERY
    -- Not a join: one that is planned for any places might read all sessions.
    SELECT NULL::bigint, false, false, n.session_id,
      (SELECT s FROM {schema}.sessions s WHERE s.session_id = n.session_id)
    FROM (
      SELECT c.session_id, max(c.change) AS newest
      FROM {schema}.session_changes c
      WHERE c.change > place AND c.change <= stop
      GROUP BY c.session_id
    ) n
    ORDER BY n.newest;
  -- Only now: what was forgotten while this was looking is missing, too.
  RETURN QUERY
    SELECT stop, place < s.session_changes_forgotten, full_up, NULL::text, NULL::{schema}.sessions
    FROM {schema}.store s;
END
$$;
