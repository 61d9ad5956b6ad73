-- One sequence for all items: an item that was deleted and added again must not repeat a token.
CREATE SEQUENCE {schema}.dead_letter_token CACHE 1;

CREATE TABLE {schema}.dead_letters (
  job_id       text COLLATE "C" NOT NULL,
  item_id      text COLLATE "C" NOT NULL,
  eligible     boolean          NOT NULL,
  available_at timestamptz      NOT NULL,
  token        bigint           NOT NULL,
  owner        text COLLATE "C",
  signature    text COLLATE "C" NOT NULL,
  failures     jsonb            NOT NULL,
  data         jsonb            NOT NULL,
  created_at   timestamptz      NOT NULL,
  updated_at   timestamptz      NOT NULL,
  CONSTRAINT dead_letters_pkey PRIMARY KEY (job_id, item_id)
);

-- Claims walk this, the longest due first.
CREATE INDEX dead_letters_due ON {schema}.dead_letters (available_at) WHERE eligible;
CREATE INDEX dead_letters_of_signature ON {schema}.dead_letters (signature);
CREATE INDEX dead_letters_created_at ON {schema}.dead_letters (created_at);
