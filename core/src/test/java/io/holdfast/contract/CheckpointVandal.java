package io.holdfast.contract;

import io.holdfast.WorkflowId;

/** Damages stored checkpoints as a broken disk would, behind the storage's back. */
public interface CheckpointVandal {

  /** What is damaged. */
  enum Part {
    /** A byte of a state that is kept in one piece. */
    STATE,
    /** What is kept beside the state: here, the metadata. */
    ROW,
    /** A byte of the list of pieces. */
    MANIFEST,
    /** A byte of what says what is in a pack. */
    DIRECTORY,
    /** A byte of the pieces that a version brought. */
    BODY,
    /** All of a pack. */
    PACK
  }

  /** Damages it; the storage may have been reopened for that. */
  void damage(Part part, WorkflowId workflow, long version);
}
