package io.holdfast.file;

import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.content.Pack;

/** A pack of a workflow's checkpoints. */
record CheckpointPack(WorkflowId workflow, Pack pack) {}
