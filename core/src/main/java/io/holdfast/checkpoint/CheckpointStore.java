package io.holdfast.checkpoint;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.WorkflowId;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Saved progress of workflows, with history. A version of a large state takes about the room of
 * what it has changed. Checksums are compared on every read; a read fails with {@link
 * CorruptDataException}, which names the part, when one does not match. A save never builds on what
 * is damaged.
 *
 * <p>A state is a {@link io.holdfast.Json} and has its limits; one of more than {@value
 * StateSize#LARGE_BYTES} bytes is warned of in the log.
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

  /**
   * The checkpoint with the highest version among those that are not damaged, and which damaged
   * ones lie above it. Fails with {@link CorruptDataException} if all are damaged.
   *
   * @return empty if there is none
   */
  Mono<IntactCheckpoint> findLatestIntact(WorkflowId workflow);

  /** One version; empty if it does not exist, or not any more. */
  Mono<Checkpoint> find(WorkflowId workflow, long version);

  /**
   * The checkpoints of a workflow that match, without their states, the highest version first;
   * empty if there is none.
   */
  Flux<CheckpointInfo> list(CheckpointFilter filter);

  /**
   * The newest checkpoints of a workflow, as above.
   *
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  default Flux<CheckpointInfo> list(WorkflowId workflow, int limit) {
    return list(CheckpointFilter.of(workflow).limit(limit));
  }

  /**
   * The newest checkpoint of each workflow without its state, in the order of the workflows' ids;
   * empty if there is none.
   *
   * @param after the workflow to begin behind; {@code null} begins with the first
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  Flux<CheckpointInfo> listLatest(@Nullable WorkflowId after, int limit);

  /**
   * The checkpoints of all workflows without their states, the last saved first; of the same time
   * in the reverse order of workflows and versions. Empty if there is none.
   *
   * @param after the one to begin behind; {@code null} begins with the last saved
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  Flux<CheckpointInfo> listNewest(@Nullable CheckpointInfo after, int limit);

  /** Deletes one version; harmless if it is not there. The version is not given out again. */
  Mono<Void> delete(WorkflowId workflow, long version);

  /**
   * Deletes versions of a workflow, and what only they needed, in one step; harmless for those that
   * are not there. No version is given out again. Fails with {@link InvalidInputException} if there
   * are more than {@value io.holdfast.Paging#LIMIT_MAX}.
   *
   * @return how many were deleted; never empty
   */
  Mono<Long> delete(WorkflowId workflow, Set<Long> versions);

  /**
   * What {@link #prune} would delete now, newest first; empty if nothing.
   *
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  Flux<CheckpointInfo> listPrunable(WorkflowId workflow, CheckpointRetention retention, int limit);

  /**
   * Deletes the versions of a workflow that {@code retention} does not keep, and what only they
   * needed. Saves may go on meanwhile.
   *
   * @return how many were deleted; never empty
   */
  Mono<Long> prune(WorkflowId workflow, CheckpointRetention retention);
}
