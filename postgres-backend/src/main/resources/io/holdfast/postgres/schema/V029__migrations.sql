-- The migration into this store, the last if there were several.
CREATE TABLE {schema}.migration (
  one          boolean     NOT NULL DEFAULT true,
  source       text        NOT NULL,
  state        text        NOT NULL,
  token        bigint      NOT NULL,
  holder       text        NOT NULL,
  lease_millis bigint      NOT NULL,
  leased_until timestamptz NOT NULL,
  started_at   timestamptz NOT NULL,
  updated_at   timestamptz NOT NULL,
  sums         jsonb       NOT NULL,
  CONSTRAINT migration_pkey PRIMARY KEY (one),
  CONSTRAINT migration_is_the_only_one CHECK (one)
);

-- The chunks of it that are copied, each noted in the transaction that wrote its records.
CREATE TABLE {schema}.migration_chunks (
  kind      text        NOT NULL COLLATE "C",
  number    bigint      NOT NULL,
  records   bigint      NOT NULL,
  first_key text        NOT NULL,
  last_key  text        NOT NULL,
  sha256    text        NOT NULL,
  copied_at timestamptz NOT NULL,
  CONSTRAINT migration_chunks_pkey PRIMARY KEY (kind, number)
);
