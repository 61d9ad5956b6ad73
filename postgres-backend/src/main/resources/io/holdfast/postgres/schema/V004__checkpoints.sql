-- The newest version ever given out, kept when its checkpoint is deleted.
CREATE TABLE {schema}.checkpoint_heads (
  workflow_id text COLLATE "C" NOT NULL,
  version     bigint           NOT NULL,
  CONSTRAINT checkpoint_heads_pkey PRIMARY KEY (workflow_id)
) WITH (fillfactor = 60);

CREATE TABLE {schema}.checkpoints (
  workflow_id text COLLATE "C" NOT NULL,
  version     bigint           NOT NULL,
  created_at  timestamptz      NOT NULL,
  size_bytes  bigint           NOT NULL,
  sha256      text COLLATE "C" NOT NULL,
  metadata    jsonb            NOT NULL,
  state       jsonb            NOT NULL,
  write_id    text COLLATE "C",
  CONSTRAINT checkpoints_pkey PRIMARY KEY (workflow_id, version)
);
