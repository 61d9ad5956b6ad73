-- As before, but where the index on the position leads, it is walked along. Of a month that has not been analyzed
-- yet the planner does not know that positions and rows lie in the same order: it collected all rows of the
-- stretch in a bitmap, up to 200,000, and sorted them on disk for the 4,000 of each page.
CREATE OR REPLACE FUNCTION {schema}.event_page(
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
  brief constant boolean := coalesce(time_before - time_from <= interval '2 days', false);
  leaps constant boolean := brief
    OR {schema}.index_leads(of_jobs, of_correlation, of_agent, containing, implied, words);
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
  bitmaps constant text := current_setting('enable_bitmapscan');
  by_position constant boolean := NOT (leaps OR by_version);
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
    || replace(CASE WHEN backward THEN '{position} < $1 AND {position} >= $2'
      ELSE '{position} > $1 AND {position} <= $2' END, '{position}',
      CASE WHEN by_version OR brief THEN 'position + 0' ELSE 'position' END)
    || CASE WHEN by_version THEN ' AND version > $3 AND version <= $5' ELSE '' END
    || {schema}.event_conditions(of_jobs, of_types, of_correlation, of_agent, time_from, time_before,
      containing, matching, implied, words);

  IF by_position THEN
    PERFORM set_config('enable_bitmapscan', 'off', true);
  END IF;
  WHILE CASE WHEN backward THEN place > stop ELSE place < stop END LOOP
    stretch := {schema}.event_stretch(place, stop,
      CASE WHEN leaps THEN 9223372036854775807 ELSE breadth END, most_months, backward,
      first_month, last_month);
    place := stretch.reached;
    EXIT WHEN stretch.months IS NULL;

    RETURN QUERY EXECUTE query || ' AND ' || {schema}.in_months(stretch.months)
      || CASE WHEN by_version THEN ' ORDER BY version'
        ELSE ' ORDER BY position' || CASE WHEN brief THEN ' + 0' ELSE '' END
          || CASE WHEN backward THEN ' DESC' ELSE '' END END
      || ' LIMIT $4'
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
  IF by_position THEN
    PERFORM set_config('enable_bitmapscan', bitmaps, true);
  END IF;

  result.position := CASE WHEN backward AND place <= stop THEN 0 ELSE place END;
  result.version := decided;
  -- Looked up after the events: what has left the table meanwhile is noted here. Mostly there is nothing.
  IF EXISTS (
    SELECT FROM {schema}.archived_months a
    WHERE CASE WHEN backward THEN a.first_position < start_position
      ELSE way = 'version' OR a.last_position > start_position END
  ) THEN
    result.event_type := 'archived';
  END IF;
  RETURN NEXT result;
END
$$;
