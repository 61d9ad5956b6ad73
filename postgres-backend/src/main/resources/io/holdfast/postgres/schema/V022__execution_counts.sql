-- How many executions of a workflow were ever started, in several rows that are added up. Who starts one
-- takes any row that nobody else has, so that nobody waits for another's transaction; there are as many
-- rows as there were such transactions at once.
CREATE TABLE {schema}.execution_counts (
  workflow_id text COLLATE "C" NOT NULL,
  stripe      bigint           NOT NULL,
  started     bigint           NOT NULL,
  CONSTRAINT execution_counts_pkey PRIMARY KEY (workflow_id, stripe),
  CONSTRAINT execution_counts_of_a_workflow FOREIGN KEY (workflow_id)
    REFERENCES {schema}.workflows (workflow_id) ON DELETE CASCADE
) WITH (fillfactor = 50);

CREATE SEQUENCE {schema}.execution_stripe;

CREATE FUNCTION {schema}.count_executions() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
  part record;
BEGIN
  FOR part IN
    SELECT b.workflow_id, count(*) AS runs
    FROM begun b
    GROUP BY b.workflow_id
    ORDER BY b.workflow_id
  LOOP
    UPDATE {schema}.execution_counts c
    SET started = c.started + part.runs
    WHERE c.workflow_id = part.workflow_id AND c.stripe = (
      SELECT f.stripe
      FROM {schema}.execution_counts f
      WHERE f.workflow_id = part.workflow_id
      ORDER BY f.stripe
      LIMIT 1
      FOR NO KEY UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
      INSERT INTO {schema}.execution_counts (workflow_id, stripe, started)
      VALUES (part.workflow_id, nextval('{schema}.execution_stripe'), part.runs);
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- A trigger, so that processes of the version before, and loads, count as well. It keeps writers out until
-- what there is was counted.
CREATE TRIGGER executions_counted AFTER INSERT ON {schema}.executions
REFERENCING NEW TABLE AS begun
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.count_executions();

INSERT INTO {schema}.execution_counts (workflow_id, stripe, started)
SELECT workflow_id, nextval('{schema}.execution_stripe'), count(*)
FROM {schema}.executions
GROUP BY workflow_id;

-- The failed ones, the running ones: in the order of the history.
CREATE INDEX executions_of_status
  ON {schema}.executions (workflow_id, status, started_at DESC, execution_id);

CREATE INDEX workflows_of_author ON {schema}.workflows (author, workflow_id);
CREATE INDEX workflows_created ON {schema}.workflows (created_at);
