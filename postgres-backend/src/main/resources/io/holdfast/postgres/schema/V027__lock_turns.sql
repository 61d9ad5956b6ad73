-- Whoever was called for a lock and has not come is passed over at once, by the one that called it, and has its
-- place again as soon as it is heard of: a process that is gone costs a moment, and a slow one nothing.
ALTER TABLE {schema}.lock_queue ADD COLUMN missed boolean NOT NULL DEFAULT false;

-- As before, but those that have missed their turn come last.
CREATE OR REPLACE FUNCTION {schema}.call_for_lock(wanted text, moment timestamptz) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  next_process text;
BEGIN
  SELECT q.process INTO next_process
  FROM {schema}.lock_queue q
  WHERE q.lock_name = wanted AND q.alive_until > moment
  ORDER BY q.missed, q.since, q.process
  LIMIT 1;
  IF FOUND THEN
    UPDATE {schema}.lock_queue q SET called_at = moment
    WHERE q.lock_name = wanted AND q.process = next_process AND q.called_at IS NULL;
  END IF;
  RETURN next_process;
END
$$;

-- As before, but who has missed its turn keeps its place.
CREATE OR REPLACE FUNCTION {schema}.take_lock(
  wanted text, wisher text, most integer, micros bigint, said jsonb, queued_as text,
  OUT given bigint, OUT given_until timestamptz, OUT repeated boolean,
  OUT obstacle text, OUT obstacle_until timestamptz, OUT look_after bigint, OUT called text)
LANGUAGE plpgsql
AS $$
DECLARE
  a_turn constant interval := '100 milliseconds';
  alive constant interval := '15 seconds';
  moment timestamptz := clock_timestamp();
  lock_row {schema}.locks%ROWTYPE;
  mine {schema}.lock_shares%ROWTYPE;
  shares integer;
  fewest integer;
  head record;
  free boolean;
BEGIN
  repeated := false;

  -- Most who look find it held: they lock nothing and write nothing that lasts.
  SELECT * INTO lock_row FROM {schema}.locks l WHERE l.lock_name = wanted;
  IF lock_row.owner <> wisher AND lock_row.owner <> '' AND lock_row.expires_at > moment THEN
    UPDATE {schema}.lock_queue q SET alive_until = moment + alive, called_at = NULL, missed = false
    WHERE q.lock_name = wanted AND q.process = queued_as;
    IF FOUND OR queued_as IS NULL THEN
      obstacle := lock_row.owner;
      obstacle_until := lock_row.expires_at;
      look_after := extract(epoch FROM lock_row.expires_at - moment) * 1000000;
      RETURN;
    END IF;
  END IF;

  IF lock_row.lock_name IS NULL THEN
    INSERT INTO {schema}.locks (lock_name, token, asked_at, expires_at) VALUES (wanted, 0, moment, moment)
    ON CONFLICT DO NOTHING;
  END IF;
  SELECT * INTO STRICT lock_row FROM {schema}.locks l WHERE l.lock_name = wanted FOR NO KEY UPDATE;
  moment := clock_timestamp();
  given_until := moment + micros * interval '1 microsecond';

  IF lock_row.owner = wisher AND lock_row.expires_at > moment AND most = 1 THEN
    UPDATE {schema}.locks l SET asked_at = moment, expires_at = given_until, metadata = said
    WHERE l.lock_name = wanted;
    given := lock_row.token;
    repeated := true;
    RETURN;
  END IF;
  SELECT * INTO mine FROM {schema}.lock_shares s
  WHERE s.lock_name = wanted AND s.owner = wisher AND s.expires_at > moment;
  IF FOUND AND mine.holders_max = most THEN
    UPDATE {schema}.lock_shares s SET expires_at = given_until, metadata = said
    WHERE s.lock_name = wanted AND s.token = mine.token;
    PERFORM {schema}.note_lock_shares(wanted, moment);
    given := mine.token;
    repeated := true;
    RETURN;
  END IF;

  DELETE FROM {schema}.lock_queue q WHERE q.lock_name = wanted AND q.alive_until <= moment;
  PERFORM {schema}.clear_lock_shares(wanted, moment);
  SELECT count(*), min(s.holders_max), min(s.expires_at) INTO shares, fewest, obstacle_until
  FROM {schema}.lock_shares s
  WHERE s.lock_name = wanted;
  IF lock_row.owner <> '' AND lock_row.expires_at > moment THEN
    free := false;
    obstacle := lock_row.owner;
    obstacle_until := lock_row.expires_at;
  ELSIF mine.token IS NOT NULL OR shares >= least(fewest, most) THEN
    free := false;
    SELECT s.owner INTO obstacle FROM {schema}.lock_shares s
    WHERE s.lock_name = wanted ORDER BY s.expires_at LIMIT 1;
  ELSE
    PERFORM FROM {schema}.locks l WHERE l.lock_name = wanted FOR UPDATE SKIP LOCKED;
    free := FOUND;
    obstacle_until := moment;
  END IF;

  IF NOT free THEN
    UPDATE {schema}.lock_queue q SET called_at = NULL
    WHERE q.lock_name = wanted AND q.called_at IS NOT NULL;
    look_after := extract(epoch FROM obstacle_until - moment) * 1000000;
  END IF;
  WHILE free LOOP
    SELECT q.process, q.called_at INTO head FROM {schema}.lock_queue q
    WHERE q.lock_name = wanted AND (NOT q.missed OR q.process = queued_as)
    ORDER BY q.since, q.process LIMIT 1;
    EXIT WHEN NOT FOUND OR head.process = queued_as;
    IF head.called_at + a_turn <= moment THEN
      UPDATE {schema}.lock_queue q SET missed = true
      WHERE q.lock_name = wanted AND q.process = head.process;
    ELSE
      called := {schema}.call_for_lock(wanted, moment);
      free := false;
      obstacle := NULL;
      obstacle_until := NULL;
      look_after := extract(epoch FROM coalesce(head.called_at, moment) + a_turn - moment) * 1000000;
    END IF;
  END LOOP;

  IF NOT free THEN
    given_until := NULL;
    IF queued_as IS NOT NULL THEN
      INSERT INTO {schema}.lock_queue (lock_name, process, since, alive_until)
      VALUES (wanted, queued_as, moment, moment + alive)
      ON CONFLICT (lock_name, process) DO UPDATE
      SET alive_until = excluded.alive_until, missed = false;
    END IF;
    RETURN;
  END IF;

  given := lock_row.token + 1;
  IF most = 1 THEN
    UPDATE {schema}.locks l
    SET token = given, owner = wisher, asked_at = moment, expires_at = given_until, metadata = said
    WHERE l.lock_name = wanted;
  ELSE
    INSERT INTO {schema}.lock_shares (lock_name, token, owner, holders_max, expires_at, metadata)
    VALUES (wanted, given, wisher, most, given_until, said);
    UPDATE {schema}.locks l SET token = given, asked_at = moment WHERE l.lock_name = wanted;
    PERFORM {schema}.note_lock_shares(wanted, moment);
  END IF;
  DELETE FROM {schema}.lock_queue q WHERE q.lock_name = wanted AND q.process = queued_as;
  IF most > 1 THEN
    called := {schema}.call_for_lock(wanted, moment);
  END IF;
END
$$;

-- Calls the next if the one that was called has not come; who that is, if anybody.
CREATE FUNCTION {schema}.pass_lock_on(wanted text, missing text) RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
  -- Mostly it has come: then nothing is locked.
  PERFORM FROM {schema}.lock_queue q
  WHERE q.lock_name = wanted AND q.process = missing AND q.called_at IS NOT NULL AND NOT q.missed;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM FROM {schema}.locks l WHERE l.lock_name = wanted FOR NO KEY UPDATE;
  UPDATE {schema}.lock_queue q SET missed = true
  WHERE q.lock_name = wanted AND q.process = missing AND q.called_at IS NOT NULL AND NOT q.missed;
  IF NOT FOUND OR NOT EXISTS (
    SELECT FROM {schema}.lock_queue q WHERE q.lock_name = wanted AND NOT q.missed
  ) THEN
    RETURN NULL;
  END IF;
  RETURN {schema}.call_for_lock(wanted, clock_timestamp());
END
$$;
