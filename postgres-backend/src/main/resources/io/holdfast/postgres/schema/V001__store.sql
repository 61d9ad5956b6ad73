-- One schema is one store. The tag keeps the advisory locks of several stores in one database apart.
CREATE TABLE {schema}.store (
  only_one  boolean     NOT NULL DEFAULT true,
  store_id  text        NOT NULL,
  lock_tag  integer     NOT NULL,
  made_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT store_pkey PRIMARY KEY (only_one),
  CONSTRAINT store_has_one_row CHECK (only_one)
);

INSERT INTO {schema}.store (store_id, lock_tag)
VALUES (gen_random_uuid()::text, (random() * 2147483647)::integer);
