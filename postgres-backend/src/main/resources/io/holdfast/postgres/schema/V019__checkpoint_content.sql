-- Large states are cut into pieces. The pieces that a version is the first to have are its pack; the
-- manifest says which pieces make its state. It needs packs from base_version up to its own version.
CREATE TABLE {schema}.checkpoint_packs (
  workflow_id text COLLATE "C" NOT NULL,
  pack        bigint           NOT NULL,
  directory   bytea            NOT NULL,
  body        bytea            NOT NULL,
  CONSTRAINT checkpoint_packs_pkey PRIMARY KEY (workflow_id, pack)
);

-- Compressed already.
ALTER TABLE {schema}.checkpoint_packs ALTER COLUMN body SET STORAGE EXTERNAL;

-- A row has a state, or base_version and manifest. The seal is a SHA-256 over the other columns.
ALTER TABLE {schema}.checkpoints
  ALTER COLUMN state DROP NOT NULL,
  ADD COLUMN base_version bigint,
  ADD COLUMN manifest     bytea,
  ADD COLUMN seal         bytea;

-- How often packs may have been taken away: a save that builds on some looks that none were.
ALTER TABLE {schema}.checkpoint_heads ADD COLUMN sweeps bigint NOT NULL DEFAULT 0;
