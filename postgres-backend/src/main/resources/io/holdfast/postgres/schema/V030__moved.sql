-- Where this store has moved to, if it has. It takes no more writes then: not from programs that have it
-- open, of whichever version, nor from psql. There are triggers for that only while it has moved.
ALTER TABLE {schema}.store ADD COLUMN moved jsonb;

-- Says where the store is now, in a form that people and the library read. A schema is upgraded all the same.
CREATE FUNCTION {schema}.refuse_as_moved() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  mark jsonb;
BEGIN
  IF current_setting('holdfast.upgrading', true) = 'yes' THEN
    RETURN NULL;
  END IF;
  SELECT moved INTO mark FROM {schema}.store;
  RAISE EXCEPTION 'Schema {schema} has moved to %, at %, and takes no more writes',
    mark ->> 'to', mark ->> 'at'
    USING ERRCODE = 'HFMVD', DETAIL = mark::text, SCHEMA = '{schema}',
      HINT = '''holdfast migrate rollback'' takes the move back.';
END
$$;

-- Marks the store as moved, and returns the mark that it has then: one that is there already stays. Without
-- one, takes back what is there, and returns that. Every table is locked, or nothing is done: whoever waited
-- here, with some of them in hand, would be in the way of writers that have the others.
CREATE FUNCTION {schema}.mark_as_moved(mark jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  there jsonb;
  data_table regclass;
BEGIN
  SELECT moved INTO there FROM {schema}.store FOR UPDATE;
  IF (there IS NULL) = (mark IS NULL) THEN
    RETURN there;
  END IF;

  FOR data_table IN SELECT t FROM {schema}.tables_of_data() AS t LOOP
    IF mark IS NULL THEN
      EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE NOWAIT', data_table);
      EXECUTE format('DROP TRIGGER IF EXISTS store_has_moved ON %s', data_table);
    ELSE
      EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE NOWAIT', data_table);
      EXECUTE format('CREATE TRIGGER store_has_moved BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_as_moved()', data_table);
    END IF;
  END LOOP;
  UPDATE {schema}.store SET moved = mark;
  RETURN coalesce(mark, there);
END
$$;

-- All tables but those that say what this schema is.
CREATE FUNCTION {schema}.tables_of_data() RETURNS SETOF regclass
LANGUAGE sql STABLE
AS $$
  SELECT c.oid::regclass
  FROM pg_class c
  WHERE c.relnamespace = to_regnamespace('{schema}') AND c.relkind IN ('r', 'p')
    AND c.relname NOT IN ('store', 'schema_history')
  ORDER BY c.relname COLLATE "C"
$$;
