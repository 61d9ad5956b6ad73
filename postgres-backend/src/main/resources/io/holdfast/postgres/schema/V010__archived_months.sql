-- What has been copied from the events into an archive. A row is committed before its events leave the
-- table: a reader that no longer finds them there looks here afterwards, and finds them here. Of its
-- month, an archived range has every event between its positions.
CREATE TABLE {schema}.archived_months (
  month          text COLLATE "C" NOT NULL,
  first_position bigint           NOT NULL,
  last_position  bigint           NOT NULL,
  events         bigint           NOT NULL,
  bytes          bigint           NOT NULL,
  sha256         text COLLATE "C" NOT NULL,
  place          text             NOT NULL,
  archived_at    timestamptz      NOT NULL DEFAULT now(),
  CONSTRAINT archived_months_pkey PRIMARY KEY (month, first_position),
  CONSTRAINT archived_months_range CHECK (first_position <= last_position)
);

-- A month that is about to leave takes no more events. Reads as a missing partition does: whoever wanted
-- to append waits until the month has gone, and makes it anew.
CREATE FUNCTION {schema}.refuse_event() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  RAISE EXCEPTION 'Table % is being archived', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$$;
