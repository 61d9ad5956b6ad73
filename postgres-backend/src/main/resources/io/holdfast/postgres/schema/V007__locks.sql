-- Rows are never deleted: a token must not start again.
CREATE TABLE {schema}.locks (
  lock_name  text COLLATE "C" NOT NULL,
  token      bigint           NOT NULL,
  owner      text COLLATE "C",
  asked_at   timestamptz      NOT NULL,
  expires_at timestamptz      NOT NULL,
  CONSTRAINT locks_pkey PRIMARY KEY (lock_name),
  -- Makes the token part of a key: a takeover, which changes it, waits for a fenced transaction; a
  -- renewal, which does not, passes.
  CONSTRAINT locks_token_once UNIQUE (lock_name, token)
) WITH (fillfactor = 60);
