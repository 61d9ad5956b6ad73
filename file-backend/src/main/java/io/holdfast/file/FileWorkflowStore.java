package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Paging;
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
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
    return workflows(filter, (view, workflow) -> workflow);
  }

  /** Makes something of a workflow. */
  private interface Maker<T> {

    T make(View view, Workflow workflow) throws IOException;
  }

  private <T> Flux<T> workflows(WorkflowFilter filter, Maker<T> maker) {
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
                  return filter.matches(workflow) ? maker.make(view, workflow) : null;
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
          PrunedExecutions.forget(edit, id.value());
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
  public Flux<WorkflowExecution> history(ExecutionFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.pages(
        view ->
            new DocumentPages<>(
                view,
                RUNS,
                runs(view, filter),
                filter.limit(),
                (key, json) -> {
                  WorkflowExecution execution = view.decode(RUNS, key, json);
                  return filter.matches(execution) ? execution : null;
                }));
  }

  private static Iterator<DocumentKey> runs(View view, ExecutionFilter filter) {
    WorkflowExecution last = filter.after();
    Map.@Nullable Entry<DocumentKey, Note> after =
        last == null ? null : Map.entry(RUNS.key(last), RUNS.note(last));
    return Keys.sorted(
        view.entriesOf(RUNS, filter.workflow().value()),
        (key, note) -> after == null || Keys.NEWEST_FIRST.compare(after, Map.entry(key, note)) < 0,
        Keys.NEWEST_FIRST);
  }

  @Override
  public Flux<WorkflowExecution> listPrunable(
      WorkflowId workflow, ExecutionRetention retention, int limit) {
    Objects.requireNonNull(retention, "retention");
    Paging.check(limit);
    String id = workflow.value();
    return scope.pages(view -> PrunedExecutions.list(view, id, retention, limit));
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, ExecutionRetention retention, int limit) {
    Objects.requireNonNull(retention, "retention");
    Paging.check(limit);
    String id = workflow.value();
    return scope.write(edit -> PrunedExecutions.prune(edit, id, retention, limit));
  }

  @Override
  public Mono<WorkflowSummary> summary(WorkflowId id) {
    Objects.requireNonNull(id, "id");
    return scope.read(
        view -> {
          Workflow workflow = view.find(SHELF, key(id));
          return workflow == null ? null : summary(view, workflow);
        });
  }

  @Override
  public Flux<WorkflowSummary> summaries(WorkflowFilter filter) {
    return workflows(filter, FileWorkflowStore::summary);
  }

  /** Counts what is in memory, and reads one document. */
  private static WorkflowSummary summary(View view, Workflow workflow) throws IOException {
    Iterator<Map.Entry<DocumentKey, Note>> runs = view.entriesOf(RUNS, workflow.id().value());
    long count = PrunedExecutions.count(view, workflow.id().value());
    Map.@Nullable Entry<DocumentKey, Note> last = null;
    while (runs.hasNext()) {
      Map.Entry<DocumentKey, Note> run = runs.next();
      count++;
      if (last == null || Keys.NEWEST_FIRST.compare(run, last) < 0) {
        last = Map.entry(run.getKey(), run.getValue());
      }
    }
    return new WorkflowSummary(
        workflow, count, last == null ? null : view.find(RUNS, last.getKey()));
  }

  private static DocumentKey key(WorkflowId id) {
    return DocumentKey.of(id.value());
  }

  private static DocumentKey key(WorkflowId workflow, ExecutionId id) {
    return new DocumentKey(workflow.value(), id.value());
  }
}
