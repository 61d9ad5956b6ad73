package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.StateSize;
import io.holdfast.checkpoint.content.Basis;
import io.holdfast.checkpoint.content.PackedState;
import io.holdfast.checkpoint.content.StateJoin;
import io.holdfast.checkpoint.content.StatePacker;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One call of a save. A large state is packed before its turn to write, during which all others
 * wait; at the turn it is looked whether what it builds on is still there.
 */
final class CheckpointSave {

  private final Scope scope;
  private final String workflow;
  private final long expected;
  private final CheckpointContent content;

  /** Written under the write turn only, and then it stays: subscribing again returns it. */
  private volatile @Nullable Checkpoint written;

  CheckpointSave(Scope scope, WorkflowId workflow, long expected, CheckpointContent content) {
    this.scope = scope;
    this.workflow = workflow.value();
    this.expected = expected;
    this.content = content;
  }

  /** The state as it will be stored, and its fingerprint. */
  private record Prepared(StateDigest digest, @Nullable PackedState packed) {}

  Mono<Checkpoint> run() {
    return scope
        .read(this::prepare)
        .flatMap(prepared -> scope.write(edit -> append(edit, prepared)))
        // What it builds on was pruned meanwhile.
        .switchIfEmpty(Mono.defer(this::run));
  }

  private Prepared prepare(View view) throws IOException {
    if (content.state().sizeBytes() < StatePacker.PACKED_BYTES_MIN) {
      return new Prepared(StateDigest.of(content.state()), null);
    }
    byte[] canonical = content.state().canonical();
    StateSize.warnOf(new WorkflowId(workflow), canonical);
    Basis basis =
        CheckpointDocuments.basis(view, workflow, CheckpointDocuments.newest(view, workflow));
    return new Prepared(
        StateDigest.ofCanonical(canonical), StatePacker.pack(expected + 1, canonical, basis));
  }

  /** {@code null} if it has to be prepared anew. */
  private @Nullable Checkpoint append(Edit edit, Prepared prepared) throws IOException {
    if (written != null) {
      return written;
    }
    long head = CheckpointDocuments.head(edit, workflow);
    if (head != expected) {
      throw ConflictException.ofVersion("Checkpoint of workflow", workflow, expected, head);
    }
    PackedState packed = prepared.packed();
    if (packed != null && !isThere(edit, packed)) {
      return null;
    }
    Checkpoint checkpoint =
        new Checkpoint(new WorkflowId(workflow), expected + 1, edit.now(), content);
    CheckpointDocuments.put(
        edit,
        new StoredCheckpoint(
            StoredCheckpoint.info(checkpoint, prepared.digest()),
            packed == null ? content.state() : null,
            packed));
    written = checkpoint;
    return checkpoint;
  }

  private boolean isThere(Edit edit, PackedState packed) {
    return StateJoin.needed("Checkpoint", packed).stream()
        .allMatch(
            version ->
                version == expected + 1
                    || edit.has(
                        Shelf.CHECKPOINT_PACKS, CheckpointDocuments.key(workflow, version)));
  }
}
