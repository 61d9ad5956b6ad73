-- Where this store has moved to, if it has. It takes no more writes then: not from programs that have it
-- open, of whichever version, nor from psql. There are triggers for that from the first time that it moves.
ALTER TABLE {schema}.store ADD COLUMN moved jsonb;

-- Says where the store is now, in a form that people and the library read. The trigger knows it: a transaction
-- may be reading what was here before the store moved. A schema is upgraded all the same.
CREATE FUNCTION {schema}.refuse_as_moved() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  mark jsonb := TG_ARGV[0]::jsonb;
BEGIN
  IF current_setting('holdfast.upgrading', true) = 'yes' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'Schema {schema} has moved to %, at %, and takes no more writes',
    mark ->> 'to', mark ->> 'at'
    USING ERRCODE = 'HFMVD', DETAIL = mark::text, SCHEMA = '{schema}',
      HINT = '''holdfast migrate rollback --force'' takes the move back.';
END
$$;

-- Marks the store as moved, and returns the mark that it has then: one that is there already stays. Without
-- one, takes back what is there, and returns that.
CREATE FUNCTION {schema}.mark_as_moved(mark jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  there jsonb;
BEGIN
  SELECT moved INTO there FROM {schema}.store FOR UPDATE;
  IF (there IS NULL) <> (mark IS NULL) THEN
    UPDATE {schema}.store SET moved = mark;
  END IF;
  PERFORM {schema}.guard_moved();
  RETURN coalesce(there, mark);
END
$$;

-- Lets every table of data refuse writes if the store has moved, also one that was made since, and no table if
-- it has not. A trigger is switched off and not dropped, as that does not wait for who only reads. Every
-- table is locked, or nothing is done: whoever waited here, with some of them in hand, would be in the way
-- of writers that have the others.
CREATE FUNCTION {schema}.guard_moved() RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  mark jsonb;
  data_table regclass;
BEGIN
  SELECT moved INTO mark FROM {schema}.store;
  FOR data_table IN
    SELECT d.t
    FROM {schema}.tables_of_data() WITH ORDINALITY AS d (t, place)
      LEFT JOIN pg_trigger g ON g.tgrelid = d.t AND g.tgname = 'store_has_moved'
    WHERE coalesce(g.tgenabled, 'D') <> CASE WHEN mark IS NULL THEN 'D' ELSE 'A' END
    ORDER BY d.place
  LOOP
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE NOWAIT', data_table);
    IF mark IS NULL THEN
      EXECUTE format('ALTER TABLE ONLY %s DISABLE TRIGGER store_has_moved', data_table);
    ELSE
      EXECUTE format('CREATE OR REPLACE TRIGGER store_has_moved
        BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse_as_moved(%L)', data_table, mark);
      -- Also for those that replicate into it, or restore.
      EXECUTE format('ALTER TABLE ONLY %s ENABLE ALWAYS TRIGGER store_has_moved', data_table);
    END IF;
  END LOOP;
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
