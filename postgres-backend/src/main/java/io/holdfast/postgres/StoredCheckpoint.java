package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.content.Pack;
import io.holdfast.checkpoint.content.PackedState;
import io.holdfast.checkpoint.content.StateJoin;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A checkpoint as it comes from the database, not looked at yet.
 *
 * @param row all but the state
 * @param state the state, if it is kept in one piece
 * @param packed what the state is made of, if it is not
 */
record StoredCheckpoint(
    SealedInfo row, @Nullable Json state, @Nullable PackedState packed, List<Pack> packs) {

  /** What {@link #of} reads; {@link #PACKS} belongs to it. */
  static final String COLUMNS =
      SealedInfo.COLUMNS + ", c.state, c.base_version, c.manifest, packs.frames";

  static final String PACKS =
      """
      LEFT JOIN LATERAL (
        SELECT {frames} AS frames
        FROM {schema}.checkpoint_packs p
        WHERE p.workflow_id = c.workflow_id AND p.pack BETWEEN c.base_version AND c.version
      ) packs ON true
      """
          .replace("{frames}", PackFrames.OF_BODIES);

  /** From how many bytes on hashing and unpacking are too much for an event loop. */
  private static final int HEAVY_BYTES = 32 << 10;

  private static final Scheduler THREADS =
      Schedulers.newBoundedElastic(
          Runtime.getRuntime().availableProcessors(),
          Integer.MAX_VALUE,
          "holdfast-checkpoints",
          60,
          true);

  static StoredCheckpoint of(Columns row) {
    SealedInfo info = SealedInfo.of(row);
    Json state = row.jsonOrNull(7);
    if (state != null) {
      return new StoredCheckpoint(info, state, null, List.of());
    }
    byte[] manifest = row.bytesOrNull(9);
    Long base = row.numberOrNull(8);
    if (manifest == null || base == null) {
      throw new CorruptDataException(info.where(), "it has neither state nor manifest");
    }
    return new StoredCheckpoint(
        info,
        null,
        new PackedState(base, manifest, null),
        PackFrames.read(info.where(), row.bytesOrNull(10), Pack::new));
  }

  /** The whole; fails with {@link CorruptDataException} if a checksum does not match. */
  Mono<Checkpoint> checkpoint() {
    Mono<Checkpoint> joined = Mono.fromCallable(this::join);
    return packed == null
        ? heavy(row.bytes() + row.info().sizeBytes(), joined)
        : offEventLoop(joined);
  }

  /** Off the event loop, if {@code work} is on many bytes. */
  static <T> Mono<T> heavy(long bytes, Mono<T> work) {
    return bytes < HEAVY_BYTES ? work : offEventLoop(work);
  }

  /** For what packs and unpacks: the first time that loads a native library. */
  static <T> Mono<T> offEventLoop(Mono<T> work) {
    return work.subscribeOn(THREADS);
  }

  private Checkpoint join() {
    CheckpointInfo info = row.checked();
    return new Checkpoint(
        info.workflow(),
        info.version(),
        info.createdAt(),
        new CheckpointContent(state == null ? unpacked() : checked(state), info.metadata()));
  }

  private StateDigest digest() {
    return new StateDigest(row.info().sizeBytes(), row.info().sha256());
  }

  private Json checked(Json found) {
    StateDigest digest = StateDigest.of(found);
    if (!digest.equals(digest())) {
      throw new CorruptDataException(row.where(), "its SHA-256 is " + digest.sha256());
    }
    return found;
  }

  private Json unpacked() {
    return StateJoin.join(row.where(), Objects.requireNonNull(packed), digest(), packs);
  }
}
