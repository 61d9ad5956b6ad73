-- last_write names the last update, so that a repeated one is recognised.
CREATE TABLE {schema}.workflows (
  workflow_id text COLLATE "C"   NOT NULL,
  version     bigint             NOT NULL,
  name        text               NOT NULL,
  author      text COLLATE "C",
  description text,
  tags        text[] COLLATE "C" NOT NULL,
  content     jsonb              NOT NULL,
  created_at  timestamptz        NOT NULL,
  updated_at  timestamptz        NOT NULL,
  last_write  text COLLATE "C",
  CONSTRAINT workflows_pkey PRIMARY KEY (workflow_id)
);

CREATE INDEX workflows_tags ON {schema}.workflows USING gin (tags);

CREATE TABLE {schema}.executions (
  workflow_id  text COLLATE "C" NOT NULL,
  execution_id text COLLATE "C" NOT NULL,
  status       text COLLATE "C" NOT NULL,
  started_at   timestamptz      NOT NULL,
  finished_at  timestamptz,
  details      jsonb            NOT NULL,
  CONSTRAINT executions_pkey PRIMARY KEY (workflow_id, execution_id),
  CONSTRAINT executions_of_a_workflow FOREIGN KEY (workflow_id)
    REFERENCES {schema}.workflows (workflow_id) ON DELETE CASCADE
);

CREATE INDEX executions_newest
  ON {schema}.executions (workflow_id, started_at DESC, execution_id);
