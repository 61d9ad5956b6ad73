package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.content.Basis;
import io.holdfast.checkpoint.content.Pack;
import io.holdfast.checkpoint.content.PackedState;
import io.holdfast.checkpoint.content.StateJoin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads checkpoints: a document, and for large states the packs that it needs. Blocks. */
final class CheckpointDocuments {

  private CheckpointDocuments() {}

  static DocumentKey key(String workflow, long version) {
    return Shelf.checkpointKey(workflow, version);
  }

  static long version(DocumentKey key) {
    return Long.parseLong(key.second());
  }

  /** The checkpoint with every checksum compared; {@code null} if there is none. */
  static @Nullable Checkpoint find(View view, DocumentKey key) throws IOException {
    StoredCheckpoint stored = view.find(Shelf.CHECKPOINTS, key);
    return stored == null ? null : read(view, key, stored);
  }

  /** What {@code stored} is, which was found under {@code key}; {@code null} if it has gone. */
  static @Nullable Checkpoint read(View view, DocumentKey key, StoredCheckpoint stored)
      throws IOException {
    PackedState packed = stored.packed();
    if (packed == null) {
      return checkpoint(stored, checked(stored));
    }
    List<Pack> packs = packs(view, key.first(), StateJoin.needed(stored.where(), packed));
    if (packs == null && view.find(Shelf.CHECKPOINTS, key) == null) {
      // Deleted meanwhile, and with it what only it needed.
      return null;
    }
    return checkpoint(
        stored,
        StateJoin.join(stored.where(), packed, stored.digest(), packs == null ? List.of() : packs));
  }

  /** {@code null} if one of them is missing. */
  private static @Nullable List<Pack> packs(View view, String workflow, Set<Long> versions)
      throws IOException {
    List<Pack> packs = new ArrayList<>();
    for (long version : versions) {
      CheckpointPack found = view.find(Shelf.CHECKPOINT_PACKS, key(workflow, version));
      if (found == null) {
        return null;
      }
      packs.add(found.pack());
    }
    return packs;
  }

  private static Json checked(StoredCheckpoint stored) {
    Json state = Objects.requireNonNull(stored.state());
    StateDigest digest = StateDigest.of(state);
    if (!digest.equals(stored.digest())) {
      throw new CorruptDataException(stored.where(), "its SHA-256 is " + digest.sha256());
    }
    return state;
  }

  private static Checkpoint checkpoint(StoredCheckpoint stored, Json state) {
    return new Checkpoint(
        stored.info().workflow(),
        stored.info().version(),
        stored.info().createdAt(),
        new CheckpointContent(state, stored.info().metadata()));
  }

  /** What a version above {@code newest} may build on; nothing, if any of it is damaged. */
  static Basis basis(View view, String workflow, long newest) throws IOException {
    try {
      StoredCheckpoint below = view.find(Shelf.CHECKPOINTS, key(workflow, newest));
      PackedState packed = below == null ? null : below.packed();
      if (below == null || packed == null) {
        return Basis.NONE;
      }
      List<Pack> packs = packs(view, workflow, StateJoin.needed(below.where(), packed));
      return packs == null
          ? Basis.NONE
          : Basis.of(packed.base(), packs.stream().map(Basis.Stored::of).toList());
    } catch (CorruptDataException e) {
      // The next read of that version says so; a save is not to hand the damage on.
      return Basis.NONE;
    }
  }

  /** The same, of the newest version below {@code version}. */
  static Basis basisBelow(View view, String workflow, long version) throws IOException {
    Long newest = newestBelow(view, workflow, version);
    return newest == null ? Basis.NONE : basis(view, workflow, newest);
  }

  /** The highest version there is below {@code version}; {@code null} if there is none. */
  static @Nullable Long newestBelow(View view, String workflow, long version) {
    Iterator<DocumentKey> keys = newestFirst(view, workflow);
    while (keys.hasNext()) {
      long found = version(keys.next());
      if (found < version) {
        return found;
      }
    }
    return null;
  }

  /** The versions of {@code workflow} that are there, the newest first. */
  static Iterator<DocumentKey> newestFirst(View view, String workflow) {
    return view.lastKeysOf(Shelf.CHECKPOINTS, workflow);
  }

  /** The highest version there is; 0 if there is none. */
  static long newest(View view, String workflow) {
    Iterator<DocumentKey> keys = newestFirst(view, workflow);
    return keys.hasNext() ? version(keys.next()) : 0;
  }

  /** The highest version that was ever given out; 0 if there is none. */
  static long head(View view, String workflow) throws IOException {
    CheckpointHead head = view.find(Shelf.CHECKPOINT_HEADS, DocumentKey.of(workflow));
    long there = newest(view, workflow);
    return head == null ? there : Math.max(there, head.version());
  }

  /** Stages a checkpoint and what is new in it. */
  static void put(Edit edit, StoredCheckpoint stored) {
    edit.put(Shelf.CHECKPOINTS, stored);
    Pack pack = stored.packed() == null ? null : stored.packed().pack();
    if (pack != null) {
      edit.put(Shelf.CHECKPOINT_PACKS, new CheckpointPack(stored.info().workflow(), pack));
    }
  }

  /** Stages the removal of packs that no checkpoint of {@code workflow} needs. */
  static void sweep(Edit edit, String workflow) {
    Iterator<Map.Entry<DocumentKey, Note>> checkpoints =
        edit.lastEntriesOf(Shelf.CHECKPOINTS, workflow);
    Iterator<Map.Entry<DocumentKey, Note>> packs =
        edit.lastEntriesOf(Shelf.CHECKPOINT_PACKS, workflow);
    List<DocumentKey> gone = new ArrayList<>();
    long needed = Long.MAX_VALUE;
    Map.Entry<DocumentKey, Note> checkpoint = next(checkpoints);
    while (packs.hasNext()) {
      DocumentKey pack = packs.next().getKey();
      // All that are as new as the pack: they need what is between their base and themselves.
      while (checkpoint != null && version(checkpoint.getKey()) >= version(pack)) {
        long base = Shelf.base(checkpoint.getValue());
        needed = base == 0 ? needed : Math.min(needed, base);
        checkpoint = next(checkpoints);
      }
      if (version(pack) < needed) {
        gone.add(pack);
      }
    }
    gone.forEach(key -> edit.delete(Shelf.CHECKPOINT_PACKS, key));
  }

  private static <T> @Nullable T next(Iterator<T> iterator) {
    return iterator.hasNext() ? iterator.next() : null;
  }
}
