-- Which index on the data of events there is; see 'holdfast search'.
ALTER TABLE {schema}.store ADD COLUMN search text NOT NULL DEFAULT 'off'
  CONSTRAINT store_search_is_known CHECK (search IN ('off', 'containment', 'text'));

CREATE OR REPLACE FUNCTION {schema}.index_leads(
  of_jobs text[], of_correlation text, of_agent text, containing jsonb, implied jsonb, words text[]
) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT coalesce(cardinality(of_jobs) = 1, false) OR of_correlation IS NOT NULL
    OR CASE search
      WHEN 'containment' THEN containing IS NOT NULL OR implied IS NOT NULL
      WHEN 'text' THEN words IS NOT NULL
      ELSE false END
  FROM {schema}.store
$$;
