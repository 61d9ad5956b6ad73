-- As before, but a floor that was taken after the first look is put together rightly where the cut
-- positions begin anew: it lies more than half the round below the last position then, and is of the
-- round after.
CREATE OR REPLACE FUNCTION {schema}.event_horizon(tag integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  last bigint;
  lowest bigint;
BEGIN
  SELECT last_value - (NOT is_called)::integer INTO last FROM {schema}.event_position;
  SELECT min(f.whole + CASE
    WHEN f.whole - last > 1073741823 THEN -2147483648
    WHEN f.whole - last < -1073741824 THEN 2147483648
    ELSE 0 END)
  INTO lowest
  FROM (
    SELECT (last & ~2147483647::bigint) | objid::bigint AS whole
    FROM pg_locks
    WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = tag::bigint::oid
      AND objsubid = 2
      AND granted
  ) f;
  RETURN least(last, lowest);
END
$$;

-- As before, but the floor is taken once a transaction: its first one is its lowest, and the server has
-- room for some thousands of locks only. The setting goes when the lock does, also with a savepoint, and
-- is of this store: a transaction may write to several.
CREATE OR REPLACE FUNCTION {schema}.foreign_write_begins() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  floor bigint;
BEGIN
  SELECT last_value - (NOT is_called)::integer INTO floor FROM {schema}.event_position;
  IF coalesce(current_setting('holdfast.has_floor_{schema}', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock_shared(lock_tag, (floor & 2147483647)::integer)
    FROM {schema}.store;
    PERFORM set_config('holdfast.has_floor_{schema}', 'yes', true);
  END IF;
  IF coalesce(current_setting('holdfast.floor', true), '') = '' THEN
    PERFORM set_config('holdfast.floor', pg_trigger_depth() || ':' || floor, true);
  END IF;
  RETURN NULL;
END
$$;
