-- Says how many rows ANALYZE takes from a month: three hundred times the largest of these numbers. The newest
-- month is analyzed once a minute while much is appended, and 30,000 documents take a core for a fifth of a
-- second; 3,000 rows say as much about names, versions and times. Documents are sampled as usual where there
-- is an index on them: the planner has to know which parts of them are rare.
CREATE FUNCTION {schema}.sample_lightly(month regclass) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  EXECUTE format(
    'ALTER TABLE %1$s ALTER position SET STATISTICS 10, ALTER version SET STATISTICS 10,'
    ' ALTER created_at SET STATISTICS 10, ALTER job_id SET STATISTICS 10,'
    ' ALTER event_type SET STATISTICS 10, ALTER event_id SET STATISTICS 10,'
    ' ALTER correlation_id SET STATISTICS 10, ALTER agent_id SET STATISTICS 10,'
    ' ALTER data SET STATISTICS %2$s',
    month,
    CASE WHEN to_regclass('{schema}.events_search_containment') IS NULL
      AND to_regclass('{schema}.events_search_text') IS NULL THEN 10 ELSE 100 END);
END
$$;

-- All months that readers see.
CREATE FUNCTION {schema}.sample_all_lightly() RETURNS void
LANGUAGE sql VOLATILE
AS $$
  SELECT {schema}.sample_lightly(inhrelid)
  FROM pg_inherits
  WHERE inhparent = '{schema}.events'::regclass
$$;

SELECT {schema}.sample_all_lightly();
