-- Leases that several hold at once, what holders say about themselves, and who waits.
--
-- An exclusive lease is where it was: in the row of its lock, whose token is part of a key. What an
-- exclusive holder says is beside it.
ALTER TABLE {schema}.locks ADD COLUMN metadata jsonb;

-- A lease that its holder has together with others. While there is one, the lock's row has the owner '',
-- which is no name, and ends when the last of them does: so whoever knows nothing of shares finds it held.
-- A fenced transaction locks its own row here; one without an owner was released while such a transaction
-- was open. All who change rows here lock the lock's row first.
CREATE TABLE {schema}.lock_shares (
  lock_name   text COLLATE "C" NOT NULL,
  token       bigint           NOT NULL,
  owner       text COLLATE "C",
  holders_max integer          NOT NULL,
  expires_at  timestamptz      NOT NULL,
  metadata    jsonb            NOT NULL,
  CONSTRAINT lock_shares_pkey PRIMARY KEY (lock_name, token)
) WITH (fillfactor = 60);

-- The processes that wait for a lock, in order. Whoever is lost in a crash comes again by itself.
CREATE UNLOGGED TABLE {schema}.lock_queue (
  lock_name   text COLLATE "C" NOT NULL,
  process     text COLLATE "C" NOT NULL,
  since       timestamptz      NOT NULL,
  called_at   timestamptz,
  alive_until timestamptz      NOT NULL,
  CONSTRAINT lock_queue_pkey PRIMARY KEY (lock_name, process)
) WITH (fillfactor = 60);

-- Says to the first in the queue of a lock that is free that it is its turn, and who that is.
CREATE FUNCTION {schema}.call_for_lock(wanted text, moment timestamptz) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  next_process text;
BEGIN
  SELECT q.process INTO next_process
  FROM {schema}.lock_queue q
  WHERE q.lock_name = wanted AND q.alive_until > moment
  ORDER BY q.since, q.process
  LIMIT 1;
  IF FOUND THEN
    UPDATE {schema}.lock_queue q SET called_at = moment
    WHERE q.lock_name = wanted AND q.process = next_process AND q.called_at IS NULL;
  END IF;
  RETURN next_process;
END
$$;

-- Makes the row of a lock say how its shares are.
CREATE FUNCTION {schema}.note_lock_shares(wanted text, moment timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
  last_end timestamptz;
BEGIN
  SELECT max(s.expires_at) INTO last_end
  FROM {schema}.lock_shares s
  WHERE s.lock_name = wanted AND s.owner IS NOT NULL;
  UPDATE {schema}.locks l
  SET owner = CASE WHEN last_end IS NOT NULL THEN '' END,
    expires_at = coalesce(last_end, least(l.expires_at, moment)), metadata = NULL
  WHERE l.lock_name = wanted;
END
$$;

-- Deletes the shares that are over, but for those whose fenced transaction is still open.
CREATE FUNCTION {schema}.clear_lock_shares(wanted text, moment timestamptz) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
  DELETE FROM {schema}.lock_shares s
  WHERE s.lock_name = wanted AND s.token IN (
    SELECT o.token
    FROM {schema}.lock_shares o
    WHERE o.lock_name = wanted AND (o.owner IS NULL OR o.expires_at <= moment)
    FOR UPDATE SKIP LOCKED);
END
$$;

-- Takes a lock, or says what is in the way. Times are read once the row is ours, so that a lease is never
-- shorter for having waited. Never waits for a fenced transaction: it refuses. With a queue, a refused
-- process keeps its place there, or is given one.
CREATE FUNCTION {schema}.take_lock(
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
    UPDATE {schema}.lock_queue q SET alive_until = moment + alive, called_at = NULL
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
    WHERE q.lock_name = wanted ORDER BY q.since, q.process LIMIT 1;
    EXIT WHEN NOT FOUND OR head.process = queued_as;
    IF head.called_at + a_turn <= moment THEN
      DELETE FROM {schema}.lock_queue q WHERE q.lock_name = wanted AND q.process = head.process;
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
      ON CONFLICT (lock_name, process) DO UPDATE SET alive_until = excluded.alive_until;
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

-- Makes a lease last so long from now; when it ends then, NULL if it has ended.
CREATE FUNCTION {schema}.extend_lock(wanted text, held bigint, holder text, micros bigint)
RETURNS timestamptz
LANGUAGE plpgsql
AS $$
DECLARE
  lock_row {schema}.locks%ROWTYPE;
  moment timestamptz;
  new_end timestamptz;
BEGIN
  SELECT * INTO lock_row FROM {schema}.locks l WHERE l.lock_name = wanted FOR NO KEY UPDATE;
  moment := clock_timestamp();
  new_end := moment + micros * interval '1 microsecond';
  IF lock_row.token = held AND lock_row.owner = holder THEN
    IF lock_row.expires_at <= moment THEN
      RETURN NULL;
    END IF;
    UPDATE {schema}.locks l SET asked_at = moment, expires_at = new_end WHERE l.lock_name = wanted;
    RETURN new_end;
  END IF;
  UPDATE {schema}.lock_shares s SET expires_at = new_end
  WHERE s.lock_name = wanted AND s.token = held AND s.owner = holder AND s.expires_at > moment;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM {schema}.note_lock_shares(wanted, moment);
  RETURN new_end;
END
$$;

-- Gives a lease back; who is to be called, if anybody.
CREATE FUNCTION {schema}.release_lock(wanted text, held bigint, holder text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  lock_row {schema}.locks%ROWTYPE;
  moment timestamptz;
BEGIN
  SELECT * INTO lock_row FROM {schema}.locks l WHERE l.lock_name = wanted FOR NO KEY UPDATE;
  moment := clock_timestamp();
  IF lock_row.token = held AND lock_row.owner = holder THEN
    UPDATE {schema}.locks l
    SET owner = NULL, expires_at = least(l.expires_at, moment), metadata = NULL
    WHERE l.lock_name = wanted;
  ELSE
    UPDATE {schema}.lock_shares s SET owner = NULL, expires_at = least(s.expires_at, moment)
    WHERE s.lock_name = wanted AND s.token = held AND s.owner = holder;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    PERFORM {schema}.clear_lock_shares(wanted, moment);
    PERFORM {schema}.note_lock_shares(wanted, moment);
  END IF;
  RETURN {schema}.call_for_lock(wanted, moment);
END
$$;

-- Ends all leases, and waits for their fenced transactions; who is to be called, if anybody. The next
-- token is taken, so that the change waits for a fenced transaction under an exclusive lease too.
CREATE FUNCTION {schema}.force_release_lock(wanted text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  lock_row {schema}.locks%ROWTYPE;
  moment timestamptz;
BEGIN
  SELECT * INTO lock_row FROM {schema}.locks l WHERE l.lock_name = wanted FOR UPDATE;
  DELETE FROM {schema}.lock_shares s WHERE s.lock_name = wanted;
  IF NOT FOUND AND lock_row.owner IS NULL THEN
    RETURN NULL;
  END IF;
  UPDATE {schema}.locks l SET owner = NULL, token = l.token + 1, metadata = NULL
  WHERE l.lock_name = wanted;
  moment := clock_timestamp();
  UPDATE {schema}.locks l SET expires_at = least(l.expires_at, moment) WHERE l.lock_name = wanted;
  RETURN {schema}.call_for_lock(wanted, moment);
END
$$;

-- Gives up a place in the queue; who is to be called, if it was the turn of this one.
CREATE FUNCTION {schema}.leave_lock_queue(wanted text, leaver text) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
  was_called timestamptz;
BEGIN
  DELETE FROM {schema}.lock_queue q WHERE q.lock_name = wanted AND q.process = leaver
  RETURNING q.called_at INTO was_called;
  RETURN CASE WHEN was_called IS NOT NULL
    THEN {schema}.call_for_lock(wanted, clock_timestamp()) END;
END
$$;
