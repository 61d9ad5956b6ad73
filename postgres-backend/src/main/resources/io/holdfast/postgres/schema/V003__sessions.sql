-- last_write names the last update, so that a repeated one is recognised.
CREATE TABLE {schema}.sessions (
  session_id  text COLLATE "C" NOT NULL,
  version     bigint           NOT NULL,
  state       text COLLATE "C" NOT NULL,
  type        text COLLATE "C" NOT NULL,
  repository  text COLLATE "C" NOT NULL,
  worktree    text COLLATE "C",
  done        bigint           NOT NULL,
  total       bigint           NOT NULL,
  error       text,
  data        jsonb            NOT NULL,
  created_at  timestamptz      NOT NULL,
  updated_at  timestamptz      NOT NULL,
  finished_at timestamptz,
  last_write  text COLLATE "C",
  CONSTRAINT sessions_pkey PRIMARY KEY (session_id)
);

-- The order of lists: newest first, then by id.
CREATE INDEX sessions_newest ON {schema}.sessions (created_at DESC, session_id);
CREATE INDEX sessions_of_repository ON {schema}.sessions (repository, created_at DESC, session_id);
