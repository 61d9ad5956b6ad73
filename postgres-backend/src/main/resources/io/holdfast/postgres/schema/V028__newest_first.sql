-- The dead letters that failed last, the newest of all first, and those that failed within a time. The times
-- are all written alike, so that they sort as text.
CREATE INDEX dead_letters_failed_at
  ON {schema}.dead_letters (((failures -> -1 ->> 'at') COLLATE "C"), job_id, item_id);

-- The checkpoints of all workflows, the last saved first.
CREATE INDEX checkpoints_saved ON {schema}.checkpoints (created_at, workflow_id, version);
