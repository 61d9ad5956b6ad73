package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checkpoints, a document each, in a directory for each workflow. */
final class FileCheckpointStore implements CheckpointStore {

  private static final Shelf<Checkpoint> SHELF = Shelf.CHECKPOINTS;
  private static final Shelf<CheckpointHead> HEADS = Shelf.CHECKPOINT_HEADS;

  private final Scope scope;

  FileCheckpointStore(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<Checkpoint> append(
      WorkflowId workflow, long expectedVersion, CheckpointContent content) {
    return scope.write(new Once<>(edit -> append(edit, workflow, expectedVersion, content)));
  }

  private static Checkpoint append(
      Edit edit, WorkflowId workflow, long expected, CheckpointContent content) throws IOException {
    long newest = newest(edit, workflow);
    if (newest == expected) {
      return edit.put(SHELF, new Checkpoint(workflow, newest + 1, edit.now(), content));
    }
    throw ConflictException.ofVersion("Checkpoint of workflow", workflow.value(), expected, newest);
  }

  /** The highest version that was ever given out; 0 if there is none. */
  private static long newest(View view, WorkflowId workflow) throws IOException {
    Iterator<DocumentKey> keys = newestFirst(view, workflow);
    long there = keys.hasNext() ? version(keys.next()) : 0;
    CheckpointHead head = view.find(HEADS, DocumentKey.of(workflow.value()));
    return head == null ? there : Math.max(there, head.version());
  }

  @Override
  public Mono<Checkpoint> findLatest(WorkflowId workflow) {
    return scope.read(view -> findLatest(view, workflow));
  }

  private static @Nullable Checkpoint findLatest(View view, WorkflowId workflow)
      throws IOException {
    Iterator<DocumentKey> keys = newestFirst(view, workflow);
    while (keys.hasNext()) {
      Checkpoint checkpoint = view.find(SHELF, keys.next());
      if (checkpoint != null) {
        return checkpoint;
      }
    }
    return null;
  }

  @Override
  public Mono<Checkpoint> find(WorkflowId workflow, long version) {
    return scope.read(view -> view.find(SHELF, key(workflow, version)));
  }

  @Override
  public Flux<CheckpointInfo> list(WorkflowId workflow, int limit) {
    Paging.check(limit);
    return scope.pages(
        view -> new DocumentPages<>(view, SHELF, newestFirst(view, workflow), limit, this::info));
  }

  private CheckpointInfo info(DocumentKey key, Json json) {
    CheckpointInfo info = StoredCheckpointKind.info(json);
    if (!key.equals(key(info.workflow(), info.version()))) {
      throw new IllegalStateException("Checkpoint " + key + " holds another one");
    }
    return info;
  }

  @Override
  public Mono<Void> delete(WorkflowId workflow, long version) {
    return scope.write(
        edit -> {
          DocumentKey key = key(workflow, version);
          if (edit.raw(SHELF, key) != null) {
            keepHead(edit, workflow, version);
            edit.delete(SHELF, key);
          }
          return null;
        });
  }

  /** Without its newest checkpoint a workflow has to remember its version elsewhere. */
  private static void keepHead(Edit edit, WorkflowId workflow, long version) throws IOException {
    if (newest(edit, workflow) == version) {
      edit.put(HEADS, new CheckpointHead(workflow, version));
    }
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, int keepLast) {
    if (keepLast < 1) {
      throw new InvalidInputException("keep last", "must be at least 1, was " + keepLast);
    }
    return scope.write(
        edit -> {
          List<DocumentKey> old = new ArrayList<>();
          newestFirst(edit, workflow).forEachRemaining(old::add);
          old.subList(0, Math.min(keepLast, old.size())).clear();
          old.forEach(key -> edit.delete(SHELF, key));
          return (long) old.size();
        });
  }

  private static Iterator<DocumentKey> newestFirst(View view, WorkflowId workflow) {
    return Keys.of(view.lastEntriesOf(SHELF, workflow.value()), (key, note) -> true);
  }

  private static DocumentKey key(WorkflowId workflow, long version) {
    return Shelf.checkpointKey(workflow.value(), version);
  }

  private static long version(DocumentKey key) {
    return Long.parseLong(key.second());
  }
}
