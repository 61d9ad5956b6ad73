package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.content.PackedState;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint as it lies in its document.
 *
 * @param info all but the state
 * @param state the state, if it is kept in one piece
 * @param packed what the state is made of, if it is not; without its pack
 */
record StoredCheckpoint(CheckpointInfo info, @Nullable Json state, @Nullable PackedState packed) {

  StoredCheckpoint {
    if ((state == null) == (packed == null)) {
      throw new CorruptDataException(where(info), "it has either state or manifest");
    }
  }

  /** All but the state of {@code checkpoint}, which has {@code digest}. */
  static CheckpointInfo info(Checkpoint checkpoint, StateDigest digest) {
    return new CheckpointInfo(
        checkpoint.workflow(),
        checkpoint.version(),
        checkpoint.createdAt(),
        checkpoint.content().metadata(),
        digest.sizeBytes(),
        digest.sha256());
  }

  static String where(CheckpointInfo info) {
    return "Checkpoint " + info.workflow() + "@" + info.version();
  }

  String where() {
    return where(info);
  }

  StateDigest digest() {
    return new StateDigest(info.sizeBytes(), info.sha256());
  }

  /** The first version whose pack it may need; 0 if it needs none. */
  long base() {
    return packed == null ? 0 : packed.base();
  }
}
