-- Whoever was called for a lock and has not come is passed over soon, by the one that called it, and has its
-- place again as soon as it is heard of. Each time it misses, its next turn is twice as long, until it is served: so
-- one that is gone costs a moment, and a slow one is passed over a few times and then waited for.
ALTER TABLE {schema}.lock_queue
  ADD COLUMN missed boolean NOT NULL DEFAULT false,
  ADD COLUMN misses smallint NOT NULL DEFAULT 0;

-- For how long the others leave a free lock to one that has missed so many turns.
CREATE FUNCTION {schema}.lock_turn(misses smallint) RETURNS interval
LANGUAGE sql IMMUTABLE
AS $$
  SELECT interval '25 milliseconds' * (1 << least(misses::integer, 5))
$$;

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

-- As before, but who has missed its turn keeps its place, and with a grant all calls are over.
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
    SELECT q.process, q.called_at, greatest(a_turn, {schema}.lock_turn(q.misses)) AS turn INTO head FROM {schema}.lock_queue q
    WHERE q.lock_name = wanted AND (NOT q.missed OR q.process = queued_as)
    ORDER BY q.since, q.process LIMIT 1;
    EXIT WHEN NOT FOUND OR head.process = queued_as;
    IF head.called_at + head.turn <= moment THEN
      UPDATE {schema}.lock_queue q SET missed = true, misses = least(q.misses + 1, 100)
      WHERE q.lock_name = wanted AND q.process = head.process;
    ELSE
      called := {schema}.call_for_lock(wanted, moment);
      free := false;
      obstacle := NULL;
      obstacle_until := NULL;
      look_after := extract(epoch FROM coalesce(head.called_at, moment) + head.turn - moment) * 1000000;
    END IF;
  END LOOP;

  IF NOT free THEN
    given_until := NULL;
    IF queued_as IS NOT NULL THEN
      INSERT INTO {schema}.lock_queue (lock_name, process, since, alive_until)
      VALUES (wanted, queued_as, moment, moment + alive)
      ON CONFLICT (lock_name, process) DO UPDATE
      SET alive_until = excluded.alive_until, called_at = NULL, missed = false;
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
  UPDATE {schema}.lock_queue q SET called_at = NULL
  WHERE q.lock_name = wanted AND q.called_at IS NOT NULL;
  IF most > 1 THEN
    called := {schema}.call_for_lock(wanted, moment);
  END IF;
END
$$;

-- Calls the next if the one that was called so long ago has not come: who that is, if anybody; or when to look
-- again. Waits for nobody: who has the lock's row is deciding about it.
CREATE FUNCTION {schema}.pass_lock_on(
  wanted text, missing text, age_micros bigint, OUT called text, OUT look_after bigint)
LANGUAGE plpgsql
AS $$
DECLARE
  age constant interval := age_micros * interval '1 microsecond';
  moment timestamptz := clock_timestamp();
  turn interval;
BEGIN
  -- Mostly it has come, or was called anew by somebody else, who looks after that call: nothing is locked.
  SELECT {schema}.lock_turn(q.misses) INTO turn
  FROM {schema}.lock_queue q
  WHERE q.lock_name = wanted AND q.process = missing AND q.called_at <= moment - age AND NOT q.missed;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF age < turn THEN
    look_after := extract(epoch FROM turn - age) * 1000000;
    RETURN;
  END IF;
  PERFORM FROM {schema}.locks l WHERE l.lock_name = wanted FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    look_after := 100000;
    RETURN;
  END IF;
  UPDATE {schema}.lock_queue q SET missed = true, misses = least(q.misses + 1, 100)
  WHERE q.lock_name = wanted AND q.process = missing AND q.called_at <= moment - age AND NOT q.missed;
  IF FOUND AND EXISTS (
    SELECT FROM {schema}.lock_queue q
    WHERE q.lock_name = wanted AND q.alive_until > moment AND NOT q.missed
  ) THEN
    called := {schema}.call_for_lock(wanted, clock_timestamp());
  END IF;
END
$$;
