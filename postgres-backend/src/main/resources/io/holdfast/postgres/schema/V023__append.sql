-- Appends a chain of batches, all of them or none: jobs with the version each has to be at (below zero:
-- any) and how many events it gets; batches, each under the name of its first job; parts of batches; and
-- events, column by column. A function, because its statements are parsed and planned once a connection,
-- and what is sent is a line. Each statement sees what was committed before it.
--
-- Versions are those before the append, none if one of the batches was appended before. Nothing is written
-- unless is_good. In passing, it passes over jobs that another transaction holds, says so by is_held, and
-- waits for nobody for more than a moment.
CREATE FUNCTION {schema}.append_events(
  tag integer,
  in_passing boolean,
  jobs text[],
  expected bigint[],
  sizes bigint[],
  first_jobs text[],
  batch_ids text[],
  part_batches integer[],
  part_jobs integer[],
  part_pasts bigint[],
  event_jobs integer[],
  nths bigint[],
  times timestamptz[],
  types text[],
  event_ids text[],
  correlations text[],
  agents text[],
  documents jsonb,
  OUT versions text,
  OUT is_good boolean,
  OUT is_held boolean,
  OUT positions text,
  OUT now_micros bigint
)
LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  before bigint[];
  news boolean[];
  floor bigint;
BEGIN
  -- In the order of their names, whatever the chain's. A version is judged when its head is locked, so it is
  -- the newest one.
  IF in_passing THEN
    WITH found AS MATERIALIZED (
      SELECT p.job, p.ord, p.expected, h.version
      FROM (
        SELECT * FROM unnest(jobs, expected) WITH ORDINALITY AS a (job, expected, ord)
        ORDER BY job COLLATE "C"
      ) p
      LEFT JOIN LATERAL (
        SELECT version FROM {schema}.job_heads h WHERE h.job_id = p.job FOR UPDATE SKIP LOCKED
      ) h ON true
    )
    SELECT array_agg(coalesce(version, 0) ORDER BY ord), array_agg(version IS NULL ORDER BY ord),
      bool_and(expected < 0 OR expected = coalesce(version, 0)),
      bool_or(version IS NULL AND (
        SELECT true FROM {schema}.job_heads x WHERE x.job_id = job LIMIT 1) IS NOT NULL)
    INTO before, news, is_good, is_held
    FROM found;
  ELSE
    WITH found AS MATERIALIZED (
      SELECT p.job, p.ord, p.expected, h.version
      FROM (
        SELECT * FROM unnest(jobs, expected) WITH ORDINALITY AS a (job, expected, ord)
        ORDER BY job COLLATE "C"
      ) p
      LEFT JOIN LATERAL (
        SELECT version FROM {schema}.job_heads h WHERE h.job_id = p.job FOR UPDATE
      ) h ON true
    )
    SELECT array_agg(coalesce(version, 0) ORDER BY ord), array_agg(version IS NULL ORDER BY ord),
      bool_and(expected < 0 OR expected = coalesce(version, 0)), false
    INTO before, news, is_good, is_held
    FROM found;
  END IF;

  -- Behind the locks: whoever appended the same batch has committed, or will have to wait for us. One by
  -- one by the index, as a plan that was made for an empty table would read all of it.
  IF EXISTS (
    SELECT FROM unnest(first_jobs, batch_ids) AS b (job_id, batch_id)
    WHERE (
      SELECT true FROM {schema}.event_batches k
      WHERE k.batch_id = b.batch_id AND k.job_id = b.job_id
      LIMIT 1
    )
  ) THEN
    is_good := false;
    RETURN;
  END IF;

  versions := before::text;
  is_good := is_good AND NOT is_held;
  IF NOT is_good THEN
    RETURN;
  END IF;

  -- The floor, before the first position is drawn. The first one of a transaction is its lowest: the server's
  -- table of locks has room for some thousands only. The setting goes when the lock does, also with a
  -- savepoint, and is of this store, as a transaction may write to several.
  SELECT last_value - (NOT is_called)::integer INTO floor FROM {schema}.event_position;
  IF in_passing THEN
    PERFORM set_config('lock_timeout', '100ms', true);
  END IF;
  IF coalesce(current_setting('holdfast.has_floor_{schema}', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock_shared(tag, (floor & 2147483647)::integer),
      set_config('holdfast.has_floor_{schema}', 'yes', true);
  END IF;

  UPDATE {schema}.job_heads h
  SET version = h.version + p.events
  FROM unnest(jobs, sizes) AS p (job_id, events)
  WHERE h.job_id = p.job_id AND h.job_id = ANY(jobs);

  IF true = ANY(news) THEN
    INSERT INTO {schema}.job_heads (job_id, version, born)
    SELECT p.job_id, p.events, floor
    FROM unnest(jobs, sizes, news) AS p (job_id, events, is_new)
    WHERE p.is_new
    ORDER BY p.job_id COLLATE "C";
  END IF;

  INSERT INTO {schema}.event_batches (job_id, batch_id, versions)
  SELECT b.job_id, b.batch_id, ARRAY(
    SELECT before[p.job] + p.past
    FROM unnest(part_batches, part_jobs, part_pasts) WITH ORDINALITY AS p (batch, job, past, ord)
    WHERE p.batch = b.ord
    ORDER BY p.ord)
  FROM unnest(first_jobs, batch_ids) WITH ORDINALITY AS b (job_id, batch_id, ord);

  -- The list of events is a subselect because a position must be drawn after the sort.
  WITH written AS (
    INSERT INTO {schema}.events (position, version, created_at, job_id, event_type, event_id,
      correlation_id, agent_id, data)
    SELECT nextval('{schema}.event_position'), s.version, s.created_at, s.job_id,
      s.event_type, s.event_id, s.correlation_id, s.agent_id, s.data
    FROM (
      SELECT before[e.job] + e.nth AS version, coalesce(e.created_at, now()) AS created_at,
        jobs[e.job] AS job_id, e.event_type, e.event_id, e.correlation_id, e.agent_id, e.data
      FROM ROWS FROM (
        unnest(event_jobs), unnest(nths), unnest(times), unnest(types), unnest(event_ids),
        unnest(correlations), unnest(agents), jsonb_array_elements(documents)
      ) WITH ORDINALITY AS e (job, nth, created_at, event_type, event_id, correlation_id, agent_id,
        data, ord)
      ORDER BY e.ord
    ) s
    RETURNING position, created_at
  ), noted_months AS (
    INSERT INTO {schema}.position_months (block, month)
    SELECT w.block, w.month
    FROM (
      SELECT DISTINCT position >> 18 AS block,
        date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month
      FROM written
    ) w
    WHERE NOT EXISTS (
      SELECT FROM {schema}.position_months k WHERE k.block = w.block AND k.month = w.month)
  )
  SELECT array_agg(position ORDER BY position)::text INTO positions FROM written;
  now_micros := extract(epoch FROM now() - '2000-01-01 00:00:00+00') * 1000000;
END
$$;
