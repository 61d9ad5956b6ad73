-- How many events match. One statement, planned with its values known: outside the time range, and
-- before the birth of a single job, no month is opened.
CREATE FUNCTION {schema}.event_count(
  of_jobs text[], of_types text[], of_correlation text, of_agent text, time_from timestamptz,
  time_before timestamptz, containing jsonb, matching text, matching_values jsonb, implied jsonb,
  words text[]
) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  months date[];
  job_born bigint;
  counted bigint;
BEGIN
  IF cardinality(of_jobs) = 1 THEN
    SELECT born INTO job_born FROM {schema}.job_heads WHERE job_id = of_jobs[1];
    months := ARRAY(
      SELECT DISTINCT month FROM {schema}.position_months WHERE block >= job_born >> 18);
    IF months = '{}' THEN
      RETURN 0;
    END IF;
  END IF;

  EXECUTE 'SELECT count(*) FROM {schema}.events WHERE '
    || coalesce({schema}.in_months(months), 'true')
    || {schema}.event_conditions(of_jobs, of_types, of_correlation, of_agent, time_from, time_before,
      containing, matching, implied, words)
    INTO counted
    USING NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, of_jobs, of_types,
      of_correlation, of_agent, time_from, time_before, containing, implied, words, matching,
      matching_values;
  RETURN counted;
END
$$;

-- A job in numbers, a row for each type and stretch of months: from its birth on, until as many events
-- were found as its head counts.
CREATE FUNCTION {schema}.job_stats(job text)
RETURNS TABLE (
  type text, total bigint, succeeded bigint, failed bigint, first timestamptz, last timestamptz
)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  newest bigint;
  place bigint;
  stop bigint;
  stretch record;
  seen bigint;
  most_months integer := 1;
BEGIN
  SELECT version, born INTO newest, place FROM {schema}.job_heads WHERE job_id = job;
  SELECT last_value INTO stop FROM {schema}.event_position;
  WHILE place < stop LOOP
    stretch := {schema}.event_stretch(place, stop, 9223372036854775807, most_months, false,
      '-infinity', 'infinity');
    EXIT WHEN stretch.months IS NULL;
    RETURN QUERY EXECUTE
      'SELECT event_type, count(*), count(*) FILTER (WHERE data @> ''{"success": true}''),'
      || ' count(*) FILTER (WHERE data @> ''{"success": false}''), min(created_at), max(created_at)'
      || ' FROM {schema}.events'
      || ' WHERE job_id = $1 AND version <= $2 AND position > $3 AND position <= $4 AND '
      || {schema}.in_months(stretch.months) || ' GROUP BY event_type'
      USING job, newest, stretch.begins, stretch.reached;
    place := stretch.reached;
    IF place < stop THEN
      EXECUTE 'SELECT max(version) FROM {schema}.events WHERE job_id = $1 AND version <= $2'
        || ' AND position <= $3 AND ' || {schema}.in_months(stretch.months)
        INTO seen USING job, newest, place;
      EXIT WHEN seen = newest;
    END IF;
    most_months := least(4, most_months * 2);
  END LOOP;
END
$$;
