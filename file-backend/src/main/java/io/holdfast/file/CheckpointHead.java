package io.holdfast.file;

import io.holdfast.WorkflowId;

/** The highest version of a workflow's checkpoints that was ever given out. */
record CheckpointHead(WorkflowId workflow, long version) {}
