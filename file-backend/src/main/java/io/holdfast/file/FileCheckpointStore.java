package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.CheckpointVersions;
import io.holdfast.checkpoint.IntactCheckpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checkpoints, a document each, in a directory for each workflow; large states in packs beside. */
final class FileCheckpointStore implements CheckpointStore {

  private static final Shelf<StoredCheckpoint> SHELF = Shelf.CHECKPOINTS;

  private final Scope scope;

  FileCheckpointStore(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<Checkpoint> append(
      WorkflowId workflow, long expectedVersion, CheckpointContent content) {
    Objects.requireNonNull(content, "content");
    return new CheckpointSave(scope, workflow, expectedVersion, content).run();
  }

  @Override
  public Mono<Checkpoint> findLatest(WorkflowId workflow) {
    String id = workflow.value();
    return scope.read(view -> findLatest(view, id));
  }

  private static @Nullable Checkpoint findLatest(View view, String workflow) throws IOException {
    Iterator<DocumentKey> keys = CheckpointDocuments.newestFirst(view, workflow);
    while (keys.hasNext()) {
      Checkpoint checkpoint = CheckpointDocuments.find(view, keys.next());
      if (checkpoint != null) {
        return checkpoint;
      }
    }
    return null;
  }

  @Override
  public Mono<IntactCheckpoint> findLatestIntact(WorkflowId workflow) {
    String id = workflow.value();
    return IntactCheckpoint.search(
        workflow,
        version -> scope.read(view -> CheckpointDocuments.newestBelow(view, id, version)),
        version -> find(workflow, version));
  }

  @Override
  public Mono<Checkpoint> find(WorkflowId workflow, long version) {
    DocumentKey key = CheckpointDocuments.key(workflow.value(), version);
    return scope.read(view -> CheckpointDocuments.find(view, key));
  }

  @Override
  public Flux<CheckpointInfo> list(CheckpointFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.pages(
        view ->
            new DocumentPages<>(
                view,
                SHELF,
                below(view, filter),
                filter.limit(),
                (key, json) -> {
                  CheckpointInfo info = info(key, json);
                  return filter.saved().contains(info.createdAt()) ? info : null;
                }));
  }

  private static Iterator<DocumentKey> below(View view, CheckpointFilter filter) {
    return Keys.of(
        view.lastEntriesOf(SHELF, filter.workflow().value()),
        (key, note) -> CheckpointDocuments.version(key) < filter.below());
  }

  @Override
  public Flux<CheckpointInfo> listNewest(@Nullable CheckpointInfo after, int limit) {
    Paging.check(limit);
    return scope.pages(view -> infos(view, lastSaved(view, after), limit));
  }

  private static Iterator<DocumentKey> lastSaved(View view, @Nullable CheckpointInfo last) {
    Map.@Nullable Entry<DocumentKey, Note> after =
        last == null
            ? null
            : Map.entry(
                CheckpointDocuments.key(last.workflow().value(), last.version()),
                new Note(Note.micros(last.createdAt()), 0, 0));
    return Keys.sorted(
        view.entries(SHELF),
        (key, note) -> after == null || Keys.LATEST_FIRST.compare(after, Map.entry(key, note)) < 0,
        Keys.LATEST_FIRST);
  }

  @Override
  public Flux<CheckpointInfo> listLatest(@Nullable WorkflowId after, int limit) {
    Paging.check(limit);
    return scope.pages(view -> infos(view, newestOfEach(view, after), limit));
  }

  /** The last key of each workflow: by id, then by version is how they are in order. */
  private static Iterator<DocumentKey> newestOfEach(View view, @Nullable WorkflowId after) {
    Iterator<Map.Entry<DocumentKey, Note>> entries =
        after == null
            ? view.entries(SHELF)
            : view.entriesAfter(SHELF, DocumentKey.of(after.value() + "\0"));
    List<DocumentKey> newest = new ArrayList<>();
    while (entries.hasNext()) {
      DocumentKey key = entries.next().getKey();
      int last = newest.size() - 1;
      if (last >= 0 && newest.get(last).first().equals(key.first())) {
        newest.set(last, key);
      } else {
        newest.add(key);
      }
    }
    return newest.iterator();
  }

  private static PageSource<CheckpointInfo> infos(
      View view, Iterator<DocumentKey> keys, long limit) {
    return new DocumentPages<>(view, SHELF, keys, limit, FileCheckpointStore::info);
  }

  private static CheckpointInfo info(DocumentKey key, Json json) {
    CheckpointInfo info = StoredCheckpointKind.info(json);
    if (!key.equals(CheckpointDocuments.key(info.workflow().value(), info.version()))) {
      throw new IllegalStateException("Checkpoint " + key + " holds another one");
    }
    return info;
  }

  @Override
  public Mono<Void> delete(WorkflowId workflow, long version) {
    return delete(workflow, Set.of(version)).then();
  }

  @Override
  public Mono<Long> delete(WorkflowId workflow, Set<Long> versions) {
    Set<Long> gone = CheckpointVersions.checked(versions);
    String id = workflow.value();
    return gone.isEmpty() ? Mono.just(0L) : scope.write(edit -> delete(edit, id, gone));
  }

  private static long delete(Edit edit, String workflow, Set<Long> versions) throws IOException {
    long deleted = 0;
    for (long version : versions) {
      DocumentKey key = CheckpointDocuments.key(workflow, version);
      if (edit.has(SHELF, key)) {
        keepHead(edit, workflow, version);
        edit.delete(SHELF, key);
        deleted++;
      }
    }
    if (deleted > 0) {
      CheckpointDocuments.sweep(edit, workflow);
    }
    return deleted;
  }

  /** Without its newest checkpoint a workflow has to remember its version elsewhere. */
  private static void keepHead(Edit edit, String workflow, long version) throws IOException {
    if (CheckpointDocuments.head(edit, workflow) == version) {
      edit.put(Shelf.CHECKPOINT_HEADS, new CheckpointHead(new WorkflowId(workflow), version));
    }
  }

  @Override
  public Flux<CheckpointInfo> listPrunable(
      WorkflowId workflow, CheckpointRetention retention, int limit) {
    Paging.check(limit);
    String id = workflow.value();
    int keepLast = retention.keepLast();
    return scope.pages(
        view ->
            new DocumentPages<>(
                view,
                SHELF,
                old(view, id, keepLast).iterator(),
                limit,
                (key, json) -> {
                  CheckpointInfo info = info(key, json);
                  return retention.lets(info) ? info : null;
                }));
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, CheckpointRetention retention) {
    String id = workflow.value();
    int keepLast = retention.keepLast();
    return scope.write(
        edit -> {
          long deleted = 0;
          for (DocumentKey key : old(edit, id, keepLast)) {
            if (isPrunable(edit, key, retention)) {
              edit.delete(SHELF, key);
              deleted++;
            }
          }
          CheckpointDocuments.sweep(edit, id);
          return deleted;
        });
  }

  /** Reads it only if its age or its metadata could keep it. */
  private static boolean isPrunable(View view, DocumentKey key, CheckpointRetention retention)
      throws IOException {
    if (retention.before() == null && retention.keepMatching() == null) {
      return true;
    }
    Json json = view.raw(SHELF, key);
    return json != null && retention.lets(info(key, json));
  }

  /** All but the newest {@code keepLast}, the newest first. */
  private static List<DocumentKey> old(View view, String workflow, int keepLast) {
    Iterator<DocumentKey> keys = CheckpointDocuments.newestFirst(view, workflow);
    for (int kept = 0; kept < keepLast && keys.hasNext(); kept++) {
      keys.next();
    }
    List<DocumentKey> old = new ArrayList<>();
    keys.forEachRemaining(old::add);
    return old;
  }
}
