-- What is needed to follow sessions, and to find them by more than their repository.
--
-- Every change of a session draws a number, once the floor of its transaction is held as for positions of
-- events, so that a reader knows up to where all is decided: a later number may be seen earlier. Those of
-- one session grow in the order of their commits. The row knows its last number; a writer that leaves it as
-- it was is none of ours, or an older one, and the trigger below speaks for it.
CREATE SEQUENCE {schema}.session_change CACHE 1;

-- No index has it: most updates change no indexed column, and stay on their page.
ALTER TABLE {schema}.sessions ADD COLUMN change bigint;
ALTER TABLE {schema}.sessions SET (fillfactor = 70);

-- The orders of lists, one for each way to narrow them down.
CREATE INDEX sessions_of_state ON {schema}.sessions (state, created_at DESC, session_id);
CREATE INDEX sessions_of_type ON {schema}.sessions (type, created_at DESC, session_id);
CREATE INDEX sessions_of_worktree ON {schema}.sessions (worktree, created_at DESC, session_id)
  WHERE worktree IS NOT NULL;

-- Which session a change was of; '' is of so many that all have to be looked at. Nothing says what it was:
-- readers look at the session itself, and one that is not there was deleted. Forgotten after a while.
CREATE TABLE {schema}.session_changes (
  change     bigint           NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  changed_at timestamptz      NOT NULL DEFAULT now(),
  CONSTRAINT session_changes_pkey PRIMARY KEY (change)
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 100000);

-- Up to where changes are forgotten. A reader that is not as far looks at everything.
ALTER TABLE {schema}.store ADD COLUMN session_changes_forgotten bigint NOT NULL DEFAULT 0;

-- Up to where changes of sessions are decided; as event_horizon.
CREATE FUNCTION {schema}.session_horizon(tag integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  last bigint;
  lowest bigint;
BEGIN
  SELECT last_value - (NOT is_called)::integer INTO last FROM {schema}.session_change;
  SELECT min(f.whole + CASE
    WHEN f.whole - last > 1073741823 THEN -2147483648
    WHEN f.whole - last < -1073741824 THEN 2147483648
    ELSE 0 END)
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

-- The sessions that have changed behind a place, each once and as it is now, and in the last row, without a
-- session, up to where this has looked, and whether that is all there was room for. is_lost: changes are missing here, so look at everything. Returns
-- nothing unless each of its statements sees what was committed before it.
CREATE FUNCTION {schema}.session_changes_behind(tag integer, place bigint, most integer)
RETURNS TABLE (
  reached bigint, is_lost boolean, is_full boolean, changed text, found {schema}.sessions
)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  stop bigint;
  forgotten bigint;
  full_at bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN;
  END IF;
  stop := {schema}.session_horizon(tag);
  SELECT s.session_changes_forgotten INTO forgotten FROM {schema}.store s;
  -- The sequence is behind the reader when a standby has taken over that had not heard of all.
  IF place < forgotten OR place > (SELECT last_value FROM {schema}.session_change) THEN
    RETURN QUERY SELECT stop, true, false, NULL::text, NULL::{schema}.sessions;
    RETURN;
  END IF;
  SELECT CASE WHEN count(*) = most THEN max(p.change) END INTO full_at
  FROM (
    SELECT c.change
    FROM {schema}.session_changes c
    WHERE c.change > place AND c.change <= stop
    ORDER BY c.change
    LIMIT most
  ) p;
  stop := greatest(place, least(stop, full_at));
  RETURN QUERY
    -- Not a join: one that is planned for any places might read all sessions.
    SELECT NULL::bigint, false, false, n.session_id,
      (SELECT s FROM {schema}.sessions s WHERE s.session_id = n.session_id)
    FROM (
      SELECT c.session_id, max(c.change) AS newest
      FROM {schema}.session_changes c
      WHERE c.change > place AND c.change <= stop
      GROUP BY c.session_id
    ) n
    ORDER BY n.newest;
  RETURN QUERY SELECT stop, false, full_at IS NOT NULL, NULL::text, NULL::{schema}.sessions;
END
$$;

-- Notes what others than this library change: gives the next version where the writer did not, draws the
-- number, and takes the floor before that, once a transaction.
CREATE FUNCTION {schema}.foreign_session_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  changed text := '';
BEGIN
  IF coalesce(current_setting('holdfast.has_session_floor_{schema}', true), '') = '' THEN
    PERFORM pg_advisory_xact_lock_shared(
      s.lock_tag # 1, ((q.last_value - (NOT q.is_called)::integer) & 2147483647)::integer)
    FROM {schema}.store s, {schema}.session_change q;
    PERFORM set_config('holdfast.has_session_floor_{schema}', 'yes', true);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.version <= OLD.version THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := greatest(now(), OLD.updated_at, NEW.updated_at);
    NEW.last_write := NULL;
  END IF;
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    changed := NEW.session_id;
    NEW.change := nextval('{schema}.session_change');
    INSERT INTO {schema}.session_changes (change, session_id) VALUES (NEW.change, changed);
  END IF;
  IF TG_OP = 'TRUNCATE' OR (TG_OP IN ('DELETE', 'UPDATE') AND OLD.session_id <> changed) THEN
    INSERT INTO {schema}.session_changes (change, session_id)
    VALUES (nextval('{schema}.session_change'),
      CASE WHEN TG_OP = 'TRUNCATE' THEN '' ELSE OLD.session_id END);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER foreign_session_insert BEFORE INSERT ON {schema}.sessions
  FOR EACH ROW
  WHEN (NEW.change IS NULL)
  EXECUTE FUNCTION {schema}.foreign_session_change();

CREATE TRIGGER foreign_session_update BEFORE UPDATE ON {schema}.sessions
  FOR EACH ROW
  WHEN (NEW.change IS NOT DISTINCT FROM OLD.change)
  EXECUTE FUNCTION {schema}.foreign_session_change();

-- For ours as well, for nothing in the row tells: twice noted is as good as once.
CREATE TRIGGER foreign_session_delete AFTER DELETE ON {schema}.sessions
  FOR EACH ROW
  EXECUTE FUNCTION {schema}.foreign_session_change();

CREATE TRIGGER foreign_session_truncate AFTER TRUNCATE ON {schema}.sessions
  FOR EACH STATEMENT
  EXECUTE FUNCTION {schema}.foreign_session_change();
