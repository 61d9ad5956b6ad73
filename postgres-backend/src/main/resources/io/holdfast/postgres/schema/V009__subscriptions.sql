-- One sequence for all tokens: a subscription that was deleted and made again must not repeat one.
CREATE SEQUENCE {schema}.subscription_token CACHE 1;

CREATE TABLE {schema}.subscriptions (
  name       text COLLATE "C" NOT NULL,
  version    bigint           NOT NULL,
  filter     jsonb            NOT NULL,
  slices     integer          NOT NULL,
  paused     boolean          NOT NULL,
  created_at timestamptz      NOT NULL,
  CONSTRAINT subscriptions_pkey PRIMARY KEY (name)
) WITH (fillfactor = 60);

-- How far each slice is, and whose it is. Without a lease: that is its owner's, so that renewing it
-- neither writes these rows nor waits for a transaction that moves them.
CREATE TABLE {schema}.subscription_slices (
  name     text COLLATE "C" NOT NULL,
  slice    integer          NOT NULL,
  position bigint           NOT NULL,
  token    bigint           NOT NULL,
  owner    text COLLATE "C",
  CONSTRAINT subscription_slices_pkey PRIMARY KEY (name, slice),
  CONSTRAINT slices_of_a_subscription FOREIGN KEY (name)
    REFERENCES {schema}.subscriptions (name) ON DELETE CASCADE
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

CREATE TABLE {schema}.subscription_members (
  name        text COLLATE "C" NOT NULL,
  member      text COLLATE "C" NOT NULL,
  lease_until timestamptz      NOT NULL,
  CONSTRAINT subscription_members_pkey PRIMARY KEY (name, member),
  CONSTRAINT members_of_a_subscription FOREIGN KEY (name)
    REFERENCES {schema}.subscriptions (name) ON DELETE CASCADE
) WITH (fillfactor = 60);

CREATE TABLE {schema}.subscription_held_jobs (
  name       text COLLATE "C" NOT NULL,
  job_id     text COLLATE "C" NOT NULL,
  released   boolean          NOT NULL,
  changed_at timestamptz      NOT NULL,
  CONSTRAINT subscription_held_jobs_pkey PRIMARY KEY (name, job_id)
);
