-- Rows are never deleted: a token must not start again.
CREATE TABLE {schema}.locks (
  lock_name  text COLLATE "C" NOT NULL,
  token      bigint           NOT NULL,
  owner      text COLLATE "C",
  asked_at   timestamptz      NOT NULL,
  expires_at timestamptz      NOT NULL,
  CONSTRAINT locks_pkey PRIMARY KEY (lock_name)
) WITH (fillfactor = 60);
