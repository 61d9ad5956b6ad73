package io.holdfast.checkpoint;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.WorkflowId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Saved progress of workflows, with history. The state's checksum is compared on every read; a read
 * fails with {@link CorruptDataException} when it does not match.
 */
public interface CheckpointStore {

  /**
   * Saves {@code content} as the version after {@code expectedVersion}, which is the newest one, or
   * 0 when there is none yet. Subscribing again repeats the same save: if it had been applied, its
   * result is returned and nothing is written. Calling again is another save. Fails with {@link
   * ConflictException} if the newest version is another one.
   *
   * @return the checkpoint; never empty
   */
  Mono<Checkpoint> append(WorkflowId workflow, long expectedVersion, CheckpointContent content);

  /** The checkpoint with the highest version; empty if there is none. */
  Mono<Checkpoint> findLatest(WorkflowId workflow);

  /** One version; empty if it does not exist, or not any more. */
  Mono<Checkpoint> find(WorkflowId workflow, long version);

  /**
   * The checkpoints of a workflow without their states, newest first; empty if there is none.
   *
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  Flux<CheckpointInfo> list(WorkflowId workflow, int limit);

  /** Deletes one version; harmless if it is not there. The version is not given out again. */
  Mono<Void> delete(WorkflowId workflow, long version);

  /**
   * Deletes all but the newest {@code keepLast} versions of a workflow.
   *
   * @param keepLast how many stay, at least 1
   * @return how many were deleted; never empty
   */
  Mono<Long> prune(WorkflowId workflow, int keepLast);
}
