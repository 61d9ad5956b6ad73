package io.holdfast.file;

import io.holdfast.RecordKind;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.event.RecordedEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How each kind of record is copied. */
final class Transfers {

  private final Scope scope;
  private final RecordRemoval removal;
  private final Map<RecordKind<?>, LoadingTransfer<?>> byKind = new LinkedHashMap<>();

  Transfers(Scope scope, State state, RecordRemoval removal) {
    this.scope = scope;
    this.removal = removal;
    putDocuments(Shelf.WORKFLOWS);
    putDocuments(Shelf.EXECUTIONS);
    putDocuments(Shelf.SESSIONS);
    put(Checkpoint.KIND, new CheckpointTransfer(scope));
    putDocuments(Shelf.DEAD_LETTERS);
    putDocuments(Shelf.LOCKS);
    putDocuments(Shelf.SUBSCRIPTIONS);
    putDocuments(Shelf.HELD_JOBS);
    put(RecordedEvent.KIND, new EventTransfer(scope, state));
  }

  private <R> void putDocuments(Shelf<R> shelf) {
    put(shelf.kind(), new DocumentTransfer<>(scope, shelf, removal));
  }

  private <R> void put(RecordKind<R> kind, LoadingTransfer<R> transfer) {
    byKind.put(kind, transfer);
  }

  List<RecordKind<?>> kinds() {
    return List.copyOf(byKind.keySet());
  }

  /** Only {@link #put} fills the map, so that kind and transfer go together. */
  @SuppressWarnings("unchecked")
  <R> LoadingTransfer<R> of(RecordKind<R> kind) {
    LoadingTransfer<?> transfer = byKind.get(kind);
    if (transfer == null) {
      throw new IllegalArgumentException("Not kept here: " + kind.name());
    }
    return (LoadingTransfer<R>) transfer;
  }
}
