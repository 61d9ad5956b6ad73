package io.holdfast.dual;

import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import io.holdfast.workflow.WorkflowSummary;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Workflows and their executions on two sides; the leading side counts what has gone. */
final class DualWorkflows implements WorkflowStore {

  private static final Area ALL = Area.all(Workflow.KIND);

  private final Access access;

  DualWorkflows(Access access) {
    this.access = access;
  }

  private static Area one(WorkflowId id) {
    return Area.one(Workflow.KIND, id.value());
  }

  private static Area executions(WorkflowId workflow) {
    return Area.group(WorkflowExecution.KIND, workflow.value());
  }

  /** An execution cannot be without its workflow, which may not have been copied yet. */
  private static List<Area> execution(WorkflowId workflow, ExecutionId id) {
    return List.of(one(workflow), Area.one(WorkflowExecution.KIND, workflow.value(), id.value()));
  }

  @Override
  public Mono<Workflow> create(WorkflowId id, WorkflowDetails details) {
    return access.write(List.of(one(id)), stores -> stores.workflows().create(id, details));
  }

  @Override
  public Mono<Workflow> find(WorkflowId id) {
    return access.read(one(id), stores -> stores.workflows().find(id));
  }

  @Override
  public Flux<Workflow> list(WorkflowFilter filter) {
    return access.readMany(ALL, stores -> stores.workflows().list(filter));
  }

  @Override
  public Mono<Workflow> update(Workflow changed) {
    return access.write(List.of(one(changed.id())), stores -> stores.workflows().update(changed));
  }

  @Override
  public Mono<Void> delete(WorkflowId id) {
    return access.write(List.of(one(id), executions(id)), stores -> stores.workflows().delete(id));
  }

  @Override
  public Mono<WorkflowExecution> start(WorkflowId workflow, ExecutionId id, Json details) {
    return access.write(
        execution(workflow, id), stores -> stores.workflows().start(workflow, id, details));
  }

  @Override
  public Mono<WorkflowExecution> finish(
      WorkflowId workflow, ExecutionId id, ExecutionStatus status, Json details) {
    return access.write(
        execution(workflow, id),
        stores -> stores.workflows().finish(workflow, id, status, details));
  }

  @Override
  public Flux<WorkflowExecution> history(ExecutionFilter filter) {
    return access.readMany(
        executions(filter.workflow()), stores -> stores.workflows().history(filter));
  }

  @Override
  public Flux<WorkflowExecution> listPrunable(
      WorkflowId workflow, ExecutionRetention retention, int limit) {
    return access.askMany(stores -> stores.workflows().listPrunable(workflow, retention, limit));
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, ExecutionRetention retention, int limit) {
    return access.write(
        List.of(executions(workflow)),
        stores -> stores.workflows().prune(workflow, retention, limit));
  }

  @Override
  public Mono<WorkflowSummary> summary(WorkflowId id) {
    return access.ask(stores -> stores.workflows().summary(id));
  }

  @Override
  public Flux<WorkflowSummary> summaries(WorkflowFilter filter) {
    return access.askMany(stores -> stores.workflows().summaries(filter));
  }
}
