-- For programs that write events with plain SQL. This library takes its floor in its own statements
-- and says so by the setting holdfast.writer; where a pooler drops that setting, these triggers fire
-- for the library too, which is slower and as right. Rows that are written straight into a month's
-- table, or with positions drawn beforehand, pass them by.
ALTER TABLE {schema}.events ALTER COLUMN created_at SET DEFAULT now();

-- Takes the floor before the statement draws its first position. The setting keeps the floor of the
-- outermost statement, for the trigger below: "depth:floor".
CREATE FUNCTION {schema}.foreign_write_begins() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  floor bigint;
BEGIN
  SELECT last_value - (NOT is_called)::integer INTO floor FROM {schema}.event_position;
  PERFORM pg_advisory_xact_lock_shared(lock_tag, (floor & 2147483647)::integer)
  FROM {schema}.store;
  IF coalesce(current_setting('holdfast.floor', true), '') = '' THEN
    PERFORM set_config('holdfast.floor', pg_trigger_depth() || ':' || floor, true);
  END IF;
  RETURN NULL;
END
$$;

-- True for what core calls a name: 1 to 255 UTF-16 characters, none of them a control character.
CREATE FUNCTION {schema}.is_name(value text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT value <> '' AND value !~ '[\u0001-\u001f\u007f-\u009f]'
    AND (char_length(value) <= 127
      OR char_length(value)
        + char_length(regexp_replace(value, '[^\U00010000-\U0010ffff]', '', 'g')) <= 255)
$$;

-- Refuses what no reader could take in, moves the heads of jobs whose versions the writer has given out
-- itself, so that the next append finds them, and notes the months. Other writers' rows in the range have
-- moved their heads.
CREATE FUNCTION {schema}.foreign_write_ends() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  depth_and_floor text := coalesce(current_setting('holdfast.floor', true), '');
  floor bigint;
  bad record;
BEGIN
  IF depth_and_floor = '' THEN
    RETURN NULL;
  END IF;
  floor := split_part(depth_and_floor, ':', 2);
  IF split_part(depth_and_floor, ':', 1)::integer >= pg_trigger_depth() THEN
    PERFORM set_config('holdfast.floor', '', true);
  END IF;

  SELECT e.job_id, e.version, e.event_type INTO bad
  FROM {schema}.events e
  WHERE e.position > floor
    AND NOT (e.version >= 1 AND {schema}.is_name(e.job_id) AND {schema}.is_name(e.event_type)
      AND (e.event_id IS NULL OR {schema}.is_name(e.event_id))
      AND (e.correlation_id IS NULL OR {schema}.is_name(e.correlation_id))
      AND (e.agent_id IS NULL OR {schema}.is_name(e.agent_id))
      AND e.created_at >= '1970-01-01 00:00+00' AND e.created_at < '2200-01-01 00:00+00')
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'Not an event: job %, version %, type %',
      quote_literal(bad.job_id), bad.version, quote_literal(bad.event_type)
      USING ERRCODE = 'invalid_parameter_value',
        HINT = 'Names have 1 to 255 characters and no control characters; versions start at 1.';
  END IF;

  INSERT INTO {schema}.job_heads AS h (job_id, version, born)
  SELECT e.job_id, max(e.version), floor
  FROM {schema}.events e
  WHERE e.position > floor
    AND NOT EXISTS (
      SELECT FROM {schema}.job_heads k WHERE k.job_id = e.job_id AND k.version >= e.version)
  GROUP BY e.job_id
  ORDER BY e.job_id
  ON CONFLICT (job_id) DO UPDATE SET version = greatest(h.version, excluded.version);

  INSERT INTO {schema}.position_months (block, month)
  SELECT w.block, w.month
  FROM (
    SELECT DISTINCT position >> 18 AS block,
      date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month
    FROM {schema}.events
    WHERE position > floor
  ) w
  WHERE NOT EXISTS (
    SELECT FROM {schema}.position_months k WHERE k.block = w.block AND k.month = w.month);
  RETURN NULL;
END
$$;

CREATE TRIGGER foreign_write_begins BEFORE INSERT ON {schema}.events
  FOR EACH STATEMENT
  WHEN (current_setting('holdfast.writer', true) IS DISTINCT FROM 'library')
  EXECUTE FUNCTION {schema}.foreign_write_begins();

CREATE TRIGGER foreign_write_ends AFTER INSERT ON {schema}.events
  FOR EACH STATEMENT
  WHEN (current_setting('holdfast.writer', true) IS DISTINCT FROM 'library')
  EXECUTE FUNCTION {schema}.foreign_write_ends();

-- How other programs append: gives out the next version of the job, and returns it. Waits for whoever
-- is appending to the same job, until that transaction has ended.
CREATE FUNCTION {schema}.append_event(
  job text,
  type text,
  data jsonb DEFAULT '{}',
  event_id text DEFAULT NULL,
  correlation_id text DEFAULT NULL,
  agent_id text DEFAULT NULL,
  created_at timestamptz DEFAULT now()
) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  given bigint;
BEGIN
  INSERT INTO {schema}.job_heads AS h (job_id, version, born)
  VALUES (job, 1, coalesce(pg_sequence_last_value('{schema}.event_position'), 0))
  ON CONFLICT (job_id) DO UPDATE SET version = h.version + excluded.version
  RETURNING h.version INTO given;

  INSERT INTO {schema}.events AS e
    (version, created_at, job_id, event_type, event_id, correlation_id, agent_id, data)
  VALUES (given, append_event.created_at, job, type, append_event.event_id,
    append_event.correlation_id, append_event.agent_id, append_event.data);
  RETURN given;
END
$$;
