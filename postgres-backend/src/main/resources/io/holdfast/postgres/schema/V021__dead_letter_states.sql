-- How a dead letter stands, apart from what it says: a claim writes this narrow row and no data. A claim
-- moves nothing that is indexed, so it needs no index entries and leaves none behind; half of each page
-- is free for it.
--
-- Processes of the version before have to be stopped for this. They cannot claim any more: the numbers that
-- they would take are gone. They cannot read a letter that was added after it, which leaves their columns
-- NULL. They settle by the token that they know, and do not see that a letter was claimed anew. If one
-- deletes a letter that it did not add, its state stays and is nobody's. What an overlooked one adds is
-- kept: its columns are still there, and a trigger notes the state. All of this goes one version later.
ALTER TABLE {schema}.dead_letters
  ALTER COLUMN eligible DROP NOT NULL,
  ALTER COLUMN available_at DROP NOT NULL,
  ALTER COLUMN token DROP NOT NULL,
  ALTER COLUMN updated_at DROP NOT NULL;

CREATE TABLE {schema}.dead_letter_states (
  job_id       text COLLATE "C" NOT NULL,
  item_id      text COLLATE "C" NOT NULL,
  eligible     boolean          NOT NULL,
  due_at       timestamptz      NOT NULL,
  leased_until timestamptz,
  token        bigint           NOT NULL,
  owner        text COLLATE "C",
  updated_at   timestamptz      NOT NULL,
  CONSTRAINT dead_letter_states_pkey PRIMARY KEY (job_id, item_id),
  CONSTRAINT a_claim_has_an_owner CHECK ((owner IS NULL) = (leased_until IS NULL))
) WITH (
  fillfactor = 50,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.1,
  autovacuum_analyze_threshold = 500
);

INSERT INTO {schema}.dead_letter_states (job_id, item_id, eligible, due_at, leased_until, token, owner,
  updated_at)
SELECT job_id, item_id, eligible, CASE WHEN owner IS NULL THEN available_at ELSE updated_at END,
  CASE WHEN owner IS NOT NULL THEN available_at END, token, owner, updated_at
FROM {schema}.dead_letters;

-- Claims walk these, the longest due first.
CREATE INDEX dead_letter_states_due ON {schema}.dead_letter_states (due_at) WHERE eligible;
CREATE INDEX dead_letter_states_due_of_job ON {schema}.dead_letter_states (job_id, due_at) WHERE eligible;

DROP INDEX {schema}.dead_letters_due;

ALTER SEQUENCE {schema}.dead_letter_token RENAME TO dead_letter_claim_token;

CREATE FUNCTION {schema}.note_old_dead_letter() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  INSERT INTO {schema}.dead_letter_states (job_id, item_id, eligible, due_at, token, updated_at)
  VALUES (NEW.job_id, NEW.item_id, true, NEW.available_at, 0, NEW.updated_at)
  ON CONFLICT (job_id, item_id) DO NOTHING;
  RETURN NEW;
END
$$;

CREATE TRIGGER note_old_dead_letter BEFORE INSERT ON {schema}.dead_letters
FOR EACH ROW WHEN (NEW.available_at IS NOT NULL)
EXECUTE FUNCTION {schema}.note_old_dead_letter();

CREATE FUNCTION {schema}.forget_old_dead_letter() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  DELETE FROM {schema}.dead_letter_states s
  WHERE s.job_id = OLD.job_id AND s.item_id = OLD.item_id;
  RETURN OLD;
END
$$;

CREATE TRIGGER forget_old_dead_letter AFTER DELETE ON {schema}.dead_letters
FOR EACH ROW WHEN (OLD.available_at IS NOT NULL)
EXECUTE FUNCTION {schema}.forget_old_dead_letter();

-- Letters come and go: what is gone is to make room soon.
ALTER TABLE {schema}.dead_letters SET (
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 1000,
  autovacuum_analyze_threshold = 500
);
