package io.holdfast.workflow;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.WorkflowId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Workflow definitions, each with a version, and the history of their executions.
 *
 * <p>A version tells whether somebody else has written meanwhile. Only the newest one is kept: who
 * has to run an old definition again gives it an id of its own.
 */
public interface WorkflowStore {

  /**
   * Creates a workflow. Repeating the same creation returns what is there; fails with {@link
   * ConflictException} if the id is taken by anything else.
   *
   * @return the workflow at version 1; never empty
   */
  Mono<Workflow> create(WorkflowId id, WorkflowDetails details);

  /** The workflow; empty if there is none. */
  Mono<Workflow> find(WorkflowId id);

  /** The workflow; fails with {@link NotFoundException} if there is none. */
  default Mono<Workflow> get(WorkflowId id) {
    return find(id).switchIfEmpty(Mono.error(() -> new NotFoundException("Workflow", id.value())));
  }

  /** The workflows that match, by id; empty if there is none. */
  Flux<Workflow> list(WorkflowFilter filter);

  /**
   * Writes the details of {@code changed}, if the workflow is still at its version. Subscribing
   * again repeats the same update: if it had been applied, its result is returned and nothing is
   * written. Calling again is another update. Fails with {@link ConflictException} if it is at
   * another version, and with {@link NotFoundException} if it does not exist.
   *
   * @return the workflow at the next version; never empty
   */
  Mono<Workflow> update(Workflow changed);

  /** Deletes the workflow and its executions; harmless if there is none. */
  Mono<Void> delete(WorkflowId id);

  /**
   * Records that an execution has started. Repeating it returns what is there; fails with {@link
   * ConflictException} if the execution is there with other details, or has finished, and with
   * {@link NotFoundException} if there is no such workflow.
   *
   * @return the execution, running; never empty
   */
  Mono<WorkflowExecution> start(WorkflowId workflow, ExecutionId id, Json details);

  /**
   * Records that an execution has finished. Repeating it returns what is there; fails with {@link
   * ConflictException} if it has finished otherwise, and with {@link NotFoundException} if it never
   * started.
   *
   * @param status any but {@link ExecutionStatus#RUNNING}
   * @return the execution, finished; never empty
   */
  Mono<WorkflowExecution> finish(
      WorkflowId workflow, ExecutionId id, ExecutionStatus status, Json details);

  /**
   * The executions that match, the last started first, then by id; empty if there is none. In files
   * a status is found by reading the executions in that order.
   */
  Flux<WorkflowExecution> history(ExecutionFilter filter);

  /**
   * The last executions of a workflow, as above.
   *
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  default Flux<WorkflowExecution> history(WorkflowId workflow, int limit) {
    return history(ExecutionFilter.of(workflow).limit(limit));
  }

  /**
   * What {@link #prune} would delete now, the last started first; empty if nothing.
   *
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  Flux<WorkflowExecution> listPrunable(
      WorkflowId workflow, ExecutionRetention retention, int limit);

  /**
   * Deletes executions of a workflow that {@code retention} does not keep, those started first
   * before the others, at most {@code limit}: repeating goes on until none is left. One that
   * somebody changes just now may stay. They still count in {@link #summary}. One whose id is used
   * again is another one.
   *
   * @param limit the most to delete, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   * @return how many were deleted; never empty
   */
  Mono<Long> prune(WorkflowId workflow, ExecutionRetention retention, int limit);

  /**
   * The workflow with the number of its executions and the last one; empty if there is none. Reads
   * no other execution: the number is counted when they start, so that it stays when old ones go.
   */
  Mono<WorkflowSummary> summary(WorkflowId id);

  /** The workflows that match, by id, each as in {@link #summary}; empty if there is none. */
  Flux<WorkflowSummary> summaries(WorkflowFilter filter);
}
