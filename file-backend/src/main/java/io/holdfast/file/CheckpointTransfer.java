package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.RecordKey;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.content.PackedState;
import io.holdfast.checkpoint.content.StatePacker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies checkpoints. */
final class CheckpointTransfer implements LoadingTransfer<Checkpoint> {

  private final Scope scope;

  CheckpointTransfer(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Flux<Checkpoint> export() {
    return scope.pages(view -> new Pages(view, Damage.FAILS));
  }

  @Override
  public Flux<Checkpoint> exportIntact(Consumer<? super CorruptDataException> damaged) {
    return scope.pages(view -> new Pages(view, Damage.toldTo(damaged)));
  }

  /** Few large states, or many small ones. */
  private static final class Pages implements PageSource<Checkpoint> {

    private final View view;
    private final Damage damage;
    private final Iterator<DocumentKey> keys;

    Pages(View view, Damage damage) {
      this.view = view;
      this.damage = damage;
      this.keys = Keys.of(view.entries(Shelf.CHECKPOINTS), (key, note) -> true);
    }

    @Override
    public Page<Checkpoint> next() throws IOException {
      List<Checkpoint> items = new ArrayList<>();
      long bytes = 0;
      for (int read = 0;
          read < Page.ITEMS_MAX && bytes < Page.BYTES_MAX && keys.hasNext();
          read++) {
        Checkpoint checkpoint = find(keys.next());
        if (checkpoint != null) {
          items.add(checkpoint);
          bytes += checkpoint.content().state().sizeBytes();
        }
      }
      return new Page<>(items, !keys.hasNext());
    }

    private @Nullable Checkpoint find(DocumentKey key) throws IOException {
      try {
        return CheckpointDocuments.find(view, key);
      } catch (CorruptDataException e) {
        // A pack may be damaged for many.
        String name = "Checkpoint " + key.first() + "@" + Long.parseLong(key.second());
        damage.is(damage.isPassedOver() ? new CorruptDataException(name, e) : e);
        return null;
      }
    }
  }

  @Override
  public Mono<Long> count() {
    return DocumentTransfer.count(scope, Shelf.CHECKPOINTS);
  }

  @Override
  public Mono<Checkpoint> find(RecordKey key) {
    String workflow = key.first();
    long version = key.version();
    return scope.read(
        view -> CheckpointDocuments.find(view, CheckpointDocuments.key(workflow, version)));
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    return new FileCheckpointStore(scope).delete(new WorkflowId(key.first()), key.version());
  }

  @Override
  public Mono<Long> load(List<Checkpoint> records) {
    Objects.requireNonNull(records, "records");
    return scope.write(edit -> load(edit, records));
  }

  @Override
  public long load(Edit edit, List<Checkpoint> records) throws IOException {
    long written = 0;
    for (Checkpoint record : records) {
      written += load(edit, record) ? 1 : 0;
    }
    return written;
  }

  private static boolean load(Edit edit, Checkpoint record) throws IOException {
    String workflow = record.workflow().value();
    DocumentKey key = CheckpointDocuments.key(workflow, record.version());
    if (edit.has(Shelf.CHECKPOINTS, key)) {
      return false;
    }
    CheckpointDocuments.put(edit, stored(edit, record));
    return true;
  }

  private static StoredCheckpoint stored(Edit edit, Checkpoint record) throws IOException {
    String workflow = record.workflow().value();
    long version = record.version();
    byte[] canonical = record.content().state().canonical();
    var info = StoredCheckpoint.info(record, StateDigest.ofCanonical(canonical));
    boolean isSmall = record.content().state().sizeBytes() < StatePacker.PACKED_BYTES_MIN;
    // A version that was deleted may have left a pack that others need: then it is in one piece.
    if (isSmall || edit.has(Shelf.CHECKPOINT_PACKS, CheckpointDocuments.key(workflow, version))) {
      return new StoredCheckpoint(info, record.content().state(), null);
    }
    PackedState packed =
        StatePacker.pack(
            version, canonical, CheckpointDocuments.basisBelow(edit, workflow, version));
    return new StoredCheckpoint(info, null, packed);
  }
}
