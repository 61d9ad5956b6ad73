-- Positions come from here, one by one: a cached sequence would hand them out in blocks, out of order.
CREATE SEQUENCE {schema}.event_position CACHE 1;

-- Where each job is. A table that is partitioned by time cannot promise one version once; this can.
-- The free space keeps updates on the page and out of the index.
CREATE TABLE {schema}.job_heads (
  job_id   text COLLATE "C" NOT NULL,
  version  bigint           NOT NULL,
  CONSTRAINT job_heads_pkey PRIMARY KEY (job_id)
) WITH (fillfactor = 60);

-- What makes appends safe to repeat: for each part of the batch, the version before it.
CREATE TABLE {schema}.event_batches (
  job_id     text COLLATE "C" NOT NULL,
  batch_id   text COLLATE "C" NOT NULL,
  versions   bigint[]         NOT NULL,
  created_at timestamptz      NOT NULL DEFAULT now(),
  CONSTRAINT event_batches_pkey PRIMARY KEY (job_id, batch_id)
);

CREATE INDEX event_batches_created_at ON {schema}.event_batches (created_at);

-- No default partition: it would forbid DETACH CONCURRENTLY and block the month it has caught rows of.
CREATE TABLE {schema}.events (
  position       bigint           NOT NULL DEFAULT nextval('{schema}.event_position'),
  version        bigint           NOT NULL,
  created_at     timestamptz      NOT NULL,
  job_id         text COLLATE "C" NOT NULL,
  event_type     text COLLATE "C" NOT NULL,
  event_id       text COLLATE "C",
  correlation_id text COLLATE "C",
  agent_id       text COLLATE "C",
  data           jsonb            NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (job_id, version, created_at)
) PARTITION BY RANGE (created_at);

-- Not unique: the sequence makes positions differ, and every unique key must contain the job.
CREATE INDEX events_position ON {schema}.events (position);

CREATE INDEX events_correlation ON {schema}.events (correlation_id, position)
  WHERE correlation_id IS NOT NULL;
