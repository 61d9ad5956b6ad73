-- Where a migration gathers the events of a log that has never had any, month by month, until all of them are
-- here. To keep five indexes up to date row by row takes three times as long as to write the rows; made once,
-- over all of them, they take as long as the rows. Readers see the events when their months become those of the
-- log, all at once. Nothing else writes here, and it is empty otherwise.
CREATE TABLE {schema}.events_loading (
  LIKE {schema}.events INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION
) PARTITION BY RANGE (created_at);

-- The only one that grows along: rows come in its order, so each goes to its last page.
CREATE INDEX events_loading_position ON {schema}.events_loading (position);

-- Makes the indexes of the log for a month that is loaded; none if they are there.
CREATE FUNCTION {schema}.index_loaded_month(month regclass) RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  definition text;
BEGIN
  EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', month);
  IF EXISTS (SELECT FROM pg_index WHERE indrelid = month AND indisunique) THEN
    RETURN;
  END IF;
  -- In kB: what a million events take. With the 64 MB that servers come with, they are sorted on disk.
  PERFORM set_config('maintenance_work_mem', greatest(setting::bigint, 131072)::text, true)
  FROM pg_settings
  WHERE name = 'maintenance_work_mem';
  FOR definition IN
    SELECT regexp_replace(pg_get_indexdef(i.indexrelid), '^CREATE (UNIQUE )?INDEX \S+ ON (ONLY )?\S+ USING',
      format('CREATE \1INDEX ON %s USING', month))
    FROM pg_index i
    WHERE i.indrelid = '{schema}.events'::regclass
      AND pg_get_indexdef(i.indexrelid) !~ 'USING btree \("?position"?\)$'
  LOOP
    EXECUTE definition;
  END LOOP;
  PERFORM {schema}.sample_lightly(month);
  EXECUTE format('ANALYZE %s', month);
END
$$;

-- The months that are loaded become those of the log, which must not have had any event. Those of the log
-- that are there have been made ahead, are empty, and give way.
CREATE FUNCTION {schema}.show_loaded_events() RETURNS void
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  loaded record;
  index record;
  there regclass;
  last_position bigint;
BEGIN
  -- Nobody appends from here on, who would take the heads and the table in another order.
  LOCK TABLE ONLY {schema}.events IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM {schema}.job_heads) THEN
    RAISE EXCEPTION 'Somebody else has written events' USING ERRCODE = 'unique_violation';
  END IF;
  INSERT INTO {schema}.job_heads (job_id, version, born)
  SELECT job_id, max(version), min(position) - 1 FROM {schema}.events_loading GROUP BY job_id;
  SELECT max(position) INTO last_position FROM {schema}.events_loading;

  -- Who reads the log, in which nothing is to be found yet, waits for the rest. It is little.
  LOCK TABLE {schema}.events IN ACCESS EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM {schema}.events) THEN
    RAISE EXCEPTION 'Somebody else has written events' USING ERRCODE = 'unique_violation';
  END IF;
  FOR loaded IN
    SELECT c.oid::regclass AS id, c.relname::text AS name,
      replace(c.relname, 'events_loading_', 'events_') AS new_name,
      replace(replace(c.relname, 'events_loading_', ''), '_', '-') || '-01' AS month
    FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '{schema}.events_loading'::regclass
    ORDER BY c.relname
  LOOP
    there := to_regclass('{schema}.' || loaded.new_name);
    IF EXISTS (
      SELECT FROM pg_inherits WHERE inhrelid = there AND inhparent = '{schema}.events'::regclass
    ) THEN
      EXECUTE format('DROP TABLE %s', there);
    ELSIF there IS NOT NULL THEN
      EXECUTE format('ALTER TABLE %s RENAME TO %I', there, loaded.new_name || '_detached_' || there::oid);
    END IF;
    EXECUTE format('INSERT INTO {schema}.position_months (block, month)
      SELECT b.block, %L::date
      FROM (SELECT min(position) AS first, max(position) AS last FROM %s) p,
        generate_series(p.first >> 18, p.last >> 18) AS b (block)
      WHERE p.first IS NOT NULL', loaded.month, loaded.id);
    EXECUTE format('ALTER TABLE {schema}.events_loading DETACH PARTITION %s', loaded.id);
    EXECUTE format('ALTER TABLE %s RENAME TO %I', loaded.id, loaded.new_name);
    FOR index IN
      SELECT c.oid::regclass AS id, c.relname AS name, i.indisunique AS is_key,
        CASE WHEN i.indisunique THEN loaded.new_name || '_pkey'
          ELSE replace(c.relname, 'events_loading_', 'events_') END AS new_name
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = loaded.id AND c.relname ~ '^events_loading_'
    LOOP
      IF to_regclass('{schema}.' || index.new_name) IS NULL THEN
        EXECUTE format('ALTER INDEX %s RENAME TO %I', index.id, index.new_name);
      ELSE
        -- It belongs to a table that has stepped aside.
        index.new_name := index.name;
      END IF;
      IF index.is_key THEN
        EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY USING INDEX %I', loaded.id, index.new_name);
      END IF;
    END LOOP;
    EXECUTE format('ALTER TABLE {schema}.events ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
      loaded.id, loaded.month || ' 00:00:00+00',
      (loaded.month::date + interval '1 month')::date || ' 00:00:00+00');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT loaded_month, RESET (autovacuum_enabled)', loaded.id);
  END LOOP;

  -- Readers pass what lies below the last position that was given out. Unlike with setval, they see the new one
  -- when they see the events, and not at all if this comes to nothing. It never goes back: appends that came to
  -- nothing may have drawn from it.
  -- The first statement only waits for those who are reading it: they would find it empty, not old.
  EXECUTE format('ALTER SEQUENCE {schema}.event_position OWNER TO %I', (
    SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = '{schema}.event_position'::regclass));
  EXECUTE 'ALTER SEQUENCE {schema}.event_position RESTART WITH '
    || (SELECT greatest(last_value, last_position) FROM {schema}.event_position);
  PERFORM nextval('{schema}.event_position');
END
$$;
