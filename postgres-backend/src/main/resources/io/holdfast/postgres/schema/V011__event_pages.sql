-- In which months the events of each stretch of 2^18 positions are. Whoever writes events notes it in
-- the same transaction, if it is not noted yet; so a reader that looks here first, and then at the
-- events, need not open the other months. Not unique: writers must not wait for each other's notes. A
-- row too many costs a look into one month too many; rows are never deleted.
CREATE TABLE {schema}.position_months (
  block bigint NOT NULL,
  month date   NOT NULL
);

CREATE INDEX position_months_block ON {schema}.position_months (block, month);

DO $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT c.oid::regclass AS name, to_date(right(c.relname, 7), 'YYYY_MM') AS month
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{schema}.events'::regclass
  LOOP
    EXECUTE format(
      'INSERT INTO {schema}.position_months (block, month)'
      ' SELECT b, %1$L FROM generate_series('
      ' (SELECT min(position) FROM %2$s) >> 18, (SELECT max(position) FROM %2$s) >> 18) b',
      part.month, part.name);
  END LOOP;
END
$$;

-- All events of the job lie behind this position; 0 where nobody knows.
ALTER TABLE {schema}.job_heads ADD COLUMN born bigint NOT NULL DEFAULT 0;

-- The words in the strings of a document: runs of what is neither ASCII punctuation nor white space nor
-- a control character, in ASCII lower case, cut after 100 characters.
CREATE FUNCTION {schema}.json_words(data jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT coalesce(array_agg(left(word, 100) COLLATE "C"), '{}')
  FROM unnest(regexp_split_to_array(
    (
      SELECT lower(string_agg(s #>> '{}', ' ') COLLATE "C")
      FROM jsonb_path_query(data, 'strict $.** ? (@.type() == "string")') s
    ),
    '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+')) word
  WHERE word <> ''
$$;

-- Months as a condition that the planner can leave out partitions by.
CREATE FUNCTION {schema}.in_months(months date[]) RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT '(' || string_agg(
    format('created_at >= %L AND created_at < %L', to_char(first, 'YYYY-MM-DD 00:00+00'),
      to_char(last + interval '1 month', 'YYYY-MM-DD 00:00+00')), ' OR ' ORDER BY first) || ')'
  FROM (
    SELECT min(month) AS first, max(month) AS last
    FROM (
      SELECT month, month - make_interval(months => (row_number() OVER (ORDER BY month))::integer)
        AS island
      FROM unnest(months) AS m (month)
    ) numbered
    GROUP BY island
  ) ranges
$$;

-- The next stretch of positions with events of wanted months: behind "start" up to "stop", or backwards
-- before "start" down to "stop"; of at most "breadth" positions and "most_months" months, unless one
-- block has more. No months: there is nothing. "reached" is where to go on.
CREATE FUNCTION {schema}.event_stretch(
  start bigint, stop bigint, breadth bigint, most_months integer, backward boolean,
  first_month date, last_month date, OUT begins bigint, OUT reached bigint, OUT months date[]
)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  noted record;
  blocks refcursor;
  together date[];
BEGIN
  IF backward THEN
    OPEN blocks NO SCROLL FOR
      SELECT block, array_agg(DISTINCT month) AS months
      FROM {schema}.position_months
      WHERE block BETWEEN stop >> 18 AND (start - 1) >> 18 AND month BETWEEN first_month AND last_month
      GROUP BY block
      ORDER BY block DESC;
  ELSE
    OPEN blocks NO SCROLL FOR
      SELECT block, array_agg(DISTINCT month) AS months
      FROM {schema}.position_months
      WHERE block BETWEEN (start + 1) >> 18 AND stop >> 18 AND month BETWEEN first_month AND last_month
      GROUP BY block
      ORDER BY block;
  END IF;

  begins := start;
  reached := stop;
  LOOP
    FETCH blocks INTO noted;
    EXIT WHEN NOT FOUND;
    together := ARRAY(SELECT DISTINCT m FROM unnest(months || noted.months) m);
    IF months IS NULL AND backward THEN
      begins := least(start, (noted.block + 1) << 18);
      reached := greatest(stop, begins - breadth);
    ELSIF months IS NULL THEN
      begins := greatest(start, (noted.block << 18) - 1);
      reached := CASE WHEN stop - begins > breadth THEN begins + breadth ELSE stop END;
    ELSIF backward THEN
      EXIT WHEN (noted.block + 1) << 18 <= reached;
      IF cardinality(together) > most_months THEN
        reached := (noted.block + 1) << 18;
        EXIT;
      END IF;
    ELSE
      EXIT WHEN noted.block << 18 > reached;
      IF cardinality(together) > most_months THEN
        reached := (noted.block << 18) - 1;
        EXIT;
      END IF;
    END IF;
    months := together;
  END LOOP;
  CLOSE blocks;
END
$$;

-- Up to where the log is decided: no event at or below this position can still appear.
-- The order of the two looks matters; both see the present, whatever the snapshot. A floor is cut to
-- 31 bits: one that lies more than half the round above the last position is of the round before, and
-- one that lies less above it was taken after the first look.
CREATE FUNCTION {schema}.event_horizon(tag integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  last bigint;
  lowest bigint;
BEGIN
  SELECT last_value - (NOT is_called)::integer INTO last FROM {schema}.event_position;
  SELECT min(CASE WHEN f.whole - last > 1073741823 THEN f.whole - 2147483648 ELSE f.whole END)
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

CREATE TYPE {schema}.event_row AS (
  position       bigint,
  job_id         text,
  version        bigint,
  created_at     timestamptz,
  event_type     text,
  event_id       text,
  correlation_id text,
  agent_id       text,
  data           jsonb
);

-- The conditions of a filter, each behind an AND, with their values as $6 to $16.
CREATE FUNCTION {schema}.event_conditions(
  of_jobs text[], of_types text[], of_correlation text, of_agent text, time_from timestamptz,
  time_before timestamptz, containing jsonb, matching text, implied jsonb, words text[]
) RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT concat(
    CASE WHEN cardinality(of_jobs) = 1 THEN ' AND job_id = $6[1]'
      WHEN of_jobs IS NOT NULL THEN ' AND job_id = ANY ($6)' END,
    CASE WHEN of_types IS NOT NULL THEN ' AND event_type = ANY ($7)' END,
    CASE WHEN of_correlation IS NOT NULL THEN ' AND correlation_id = $8' END,
    CASE WHEN of_agent IS NOT NULL THEN ' AND agent_id = $9' END,
    CASE WHEN time_from IS NOT NULL THEN ' AND created_at >= $10' END,
    CASE WHEN time_before IS NOT NULL THEN ' AND created_at < $11' END,
    CASE WHEN containing IS NOT NULL THEN ' AND data @> $12' END,
    CASE WHEN implied IS NOT NULL THEN ' AND data @> $13' END,
    CASE WHEN words IS NOT NULL THEN ' AND {schema}.json_words(data) @> $14' END,
    CASE WHEN matching IS NOT NULL
      THEN ' AND jsonb_path_exists(data, $15::jsonpath, $16, true)' END)
$$;

-- Whether an index leads from match to match, so that what lies between need not be looked at.
CREATE FUNCTION {schema}.index_leads(
  of_jobs text[], of_correlation text, of_agent text, containing jsonb, implied jsonb, words text[]
) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(cardinality(of_jobs) = 1, false) OR of_correlation IS NOT NULL
$$;

-- One page of events in one round trip: 'forward' and 'backward' by position; a 'job' by version up to
-- the horizon; a job by 'version' as far as it goes. The row without a job says in its position how far
-- the page has looked, in its version up to where there is something to look at. Each statement of a
-- volatile function sees what was committed before it; where the isolation level forbids that, nothing
-- is returned, not even that row. EXECUTE plans anew, with the values known, so only the months of the
-- stretch are opened and locked. Where an index leads from match to match, it
-- goes from stretch to stretch until the page is full; elsewhere a page is one stretch of "breadth"
-- positions.
CREATE FUNCTION {schema}.event_page(
  tag integer,
  way text,
  start_position bigint,
  start_version bigint,
  breadth bigint,
  most_rows integer,
  of_jobs text[],
  of_types text[],
  of_correlation text,
  of_agent text,
  time_from timestamptz,
  time_before timestamptz,
  containing jsonb,
  matching text,
  matching_values jsonb,
  implied jsonb,
  words text[]
) RETURNS SETOF {schema}.event_row
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  backward constant boolean := way = 'backward';
  by_version constant boolean := way IN ('job', 'version');
  one_job constant boolean := cardinality(of_jobs) = 1;
  leaps constant boolean :=
    {schema}.index_leads(of_jobs, of_correlation, of_agent, containing, implied, words);
  first_month constant date :=
    coalesce(date_trunc('month', time_from AT TIME ZONE 'UTC')::date, '-infinity');
  last_month constant date :=
    coalesce(date_trunc('month', time_before AT TIME ZONE 'UTC')::date, 'infinity');
  job_version bigint;
  job_born bigint := 0;
  decided bigint;
  place bigint;
  stop bigint;
  stretch record;
  wanted integer := most_rows;
  found_rows integer;
  most_months integer := 1;
  query text;
  seen bigint;
  result {schema}.event_row;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN;
  END IF;

  -- The head before the end, or an event between the two looks would be taken for one there is not.
  IF way <> 'version' THEN
    decided := {schema}.event_horizon(tag);
  END IF;
  IF one_job THEN
    SELECT version, born INTO job_version, job_born FROM {schema}.job_heads WHERE job_id = of_jobs[1];
    job_version := coalesce(job_version, 0);
    job_born := coalesce(job_born, 0);
  END IF;
  IF way = 'version' THEN
    SELECT last_value - (NOT is_called)::integer INTO decided FROM {schema}.event_position;
  END IF;

  IF backward THEN
    place := least(start_position, decided + 1);
    stop := job_born;
  ELSE
    place := CASE WHEN by_version THEN greatest(start_position, job_born) ELSE start_position END;
    stop := decided;
  END IF;

  query :=
    'SELECT position, job_id, version, created_at, event_type, event_id, correlation_id, agent_id, data'
    || ' FROM {schema}.events WHERE '
    || CASE WHEN backward THEN 'position < $1 AND position >= $2'
      ELSE 'position > $1 AND position <= $2' END
    || CASE WHEN by_version THEN ' AND version > $3 AND version <= $5' ELSE '' END
    || {schema}.event_conditions(of_jobs, of_types, of_correlation, of_agent, time_from, time_before,
      containing, matching, implied, words);

  WHILE CASE WHEN backward THEN place > stop ELSE place < stop END LOOP
    stretch := {schema}.event_stretch(place, stop,
      CASE WHEN leaps THEN 9223372036854775807 ELSE breadth END, most_months, backward,
      first_month, last_month);
    place := stretch.reached;
    EXIT WHEN stretch.months IS NULL;

    RETURN QUERY EXECUTE query || ' AND ' || {schema}.in_months(stretch.months)
      || CASE WHEN backward THEN ' ORDER BY position DESC LIMIT $4'
        WHEN by_version THEN ' ORDER BY version LIMIT $4'
        ELSE ' ORDER BY position LIMIT $4' END
      USING stretch.begins, stretch.reached, start_version, wanted, job_version, of_jobs, of_types,
        of_correlation, of_agent, time_from, time_before, containing, implied, words, matching,
        matching_values;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    wanted := wanted - found_rows;
    EXIT WHEN wanted = 0 OR NOT leaps;

    IF by_version AND place < stop THEN
      EXECUTE 'SELECT max(version) FROM {schema}.events WHERE job_id = $1[1] AND version <= $2'
        || ' AND position <= $3 AND ' || {schema}.in_months(stretch.months)
        INTO seen USING of_jobs, job_version, place;
      IF seen = job_version THEN
        place := stop;
      END IF;
    END IF;
    most_months := least(4, most_months * 2);
  END LOOP;

  result.position := CASE WHEN backward AND place <= stop THEN 0 ELSE place END;
  result.version := decided;
  RETURN NEXT result;
END
$$;
