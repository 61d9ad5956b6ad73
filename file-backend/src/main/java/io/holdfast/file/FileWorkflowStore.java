package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Workflows, a document each, and their executions, a document each in a directory of their own.
 */
final class FileWorkflowStore implements WorkflowStore {

  private static final Shelf<Workflow> SHELF = Shelf.WORKFLOWS;
  private static final Shelf<WorkflowExecution> RUNS = Shelf.EXECUTIONS;

  private final Scope scope;

  FileWorkflowStore(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<Workflow> create(WorkflowId id, WorkflowDetails details) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(details, "details");
    return scope.write(edit -> create(edit, id, details));
  }

  private static Workflow create(Edit edit, WorkflowId id, WorkflowDetails details)
      throws IOException {
    Workflow there = edit.find(SHELF, key(id));
    if (there == null) {
      Instant now = edit.now();
      return edit.put(SHELF, new Workflow(id, 1, details, now, now));
    }
    if (there.version() == 1 && there.details().equals(details)) {
      return there;
    }
    throw ConflictException.ofVersion("Workflow", id.value(), 0, there.version());
  }

  @Override
  public Mono<Workflow> find(WorkflowId id) {
    Objects.requireNonNull(id, "id");
    return scope.read(view -> view.find(SHELF, key(id)));
  }

  @Override
  public Flux<Workflow> list(WorkflowFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.pages(
        view ->
            new DocumentPages<>(
                view,
                SHELF,
                Keys.of(entries(view, filter), (key, note) -> true),
                filter.limit(),
                (key, json) -> {
                  Workflow workflow = view.decode(SHELF, key, json);
                  return filter.matches(workflow) ? workflow : null;
                }));
  }

  private static Iterator<Map.Entry<DocumentKey, Note>> entries(View view, WorkflowFilter filter) {
    WorkflowId after = filter.after();
    return after == null ? view.entries(SHELF) : view.entriesAfter(SHELF, key(after));
  }

  @Override
  public Mono<Workflow> update(Workflow changed) {
    Objects.requireNonNull(changed, "changed");
    return scope.write(new Once<>(edit -> update(edit, changed)));
  }

  private static Workflow update(Edit edit, Workflow changed) throws IOException {
    String id = changed.id().value();
    Workflow there = edit.find(SHELF, key(changed.id()));
    if (there == null) {
      throw new NotFoundException("Workflow", id);
    }
    if (there.version() != changed.version()) {
      throw ConflictException.ofVersion("Workflow", id, changed.version(), there.version());
    }
    return edit.put(
        SHELF,
        new Workflow(
            there.id(), there.version() + 1, changed.details(), there.createdAt(), edit.now()));
  }

  @Override
  public Mono<Void> delete(WorkflowId id) {
    Objects.requireNonNull(id, "id");
    return scope.write(
        edit -> {
          if (edit.raw(SHELF, key(id)) != null) {
            edit.delete(SHELF, key(id));
          }
          edit.entriesOf(RUNS, id.value())
              .forEachRemaining(entry -> edit.delete(RUNS, entry.getKey()));
          return null;
        });
  }

  @Override
  public Mono<WorkflowExecution> start(WorkflowId workflow, ExecutionId id, Json details) {
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(details, "details");
    return scope.write(edit -> start(edit, workflow, id, details));
  }

  private static WorkflowExecution start(
      Edit edit, WorkflowId workflow, ExecutionId id, Json details) throws IOException {
    if (edit.raw(SHELF, key(workflow)) == null) {
      throw new NotFoundException("Workflow", workflow.value());
    }
    WorkflowExecution there = edit.find(RUNS, key(workflow, id));
    if (there == null) {
      return edit.put(
          RUNS,
          new WorkflowExecution(workflow, id, ExecutionStatus.RUNNING, edit.now(), null, details));
    }
    if (there.status() == ExecutionStatus.RUNNING && there.details().equals(details)) {
      return there;
    }
    throw conflict(there, "absent");
  }

  @Override
  public Mono<WorkflowExecution> finish(
      WorkflowId workflow, ExecutionId id, ExecutionStatus status, Json details) {
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(details, "details");
    if (status == ExecutionStatus.RUNNING) {
      throw new InvalidInputException("execution status", "RUNNING is not the end of " + id);
    }
    return scope.write(edit -> finish(edit, key(workflow, id), status, details));
  }

  private static WorkflowExecution finish(
      Edit edit, DocumentKey key, ExecutionStatus status, Json details) throws IOException {
    WorkflowExecution there = edit.find(RUNS, key);
    if (there == null) {
      throw new NotFoundException("Execution", key.first() + "/" + key.second());
    }
    if (there.status() == ExecutionStatus.RUNNING) {
      return edit.put(
          RUNS,
          new WorkflowExecution(
              there.workflow(), there.id(), status, there.startedAt(), edit.now(), details));
    }
    if (there.status() == status && there.details().equals(details)) {
      return there;
    }
    throw conflict(there, ExecutionStatus.RUNNING.toString());
  }

  private static ConflictException conflict(WorkflowExecution there, String expected) {
    return new ConflictException(
        "Execution",
        there.workflow() + "/" + there.id(),
        expected,
        there.status() + " with other details");
  }

  @Override
  public Flux<WorkflowExecution> history(WorkflowId workflow, int limit) {
    Objects.requireNonNull(workflow, "workflow");
    Paging.check(limit);
    return scope.pages(
        view ->
            new DocumentPages<>(
                view,
                RUNS,
                Keys.sorted(
                    view.entriesOf(RUNS, workflow.value()), (key, note) -> true, Keys.NEWEST_FIRST),
                limit,
                (key, json) -> view.decode(RUNS, key, json)));
  }

  private static DocumentKey key(WorkflowId id) {
    return DocumentKey.of(id.value());
  }

  private static DocumentKey key(WorkflowId workflow, ExecutionId id) {
    return new DocumentKey(workflow.value(), id.value());
  }
}
