package io.holdfast.checkpoint;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.NotFoundException;
import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Checkpoints as lines of text that can be kept anywhere and read back into any storage. Every line
 * is checksummed together with those before it.
 */
public final class CheckpointExport {

  /** The longest line there can be, in bytes. */
  public static final int LINE_BYTES_MAX = 140_000_000;

  private static final int BATCH_BYTES = 4 << 20;

  private CheckpointExport() {}

  /**
   * One version, or all that are there now, the oldest first: at most {@value
   * io.holdfast.Paging#LIMIT_MAX} of them. Each element is a line with its line feed. Reads one
   * checkpoint at a time, as they are asked for; one that is deleted meanwhile is left out. Fails
   * with {@link NotFoundException} if there is none, and with {@link CorruptDataException} if one
   * is damaged.
   *
   * @param version which one; {@code null}: all
   */
  public static Flux<byte[]> of(
      CheckpointStore store, WorkflowId workflow, @Nullable Long version) {
    Objects.requireNonNull(workflow, "workflow");
    Mono<List<Long>> versions =
        version == null ? all(store, workflow) : Mono.just(List.of(version));
    return versions.flatMapMany(found -> lines(store, workflow, found));
  }

  private static Mono<List<Long>> all(CheckpointStore store, WorkflowId workflow) {
    return store.list(workflow, Paging.LIMIT_MAX).map(CheckpointInfo::version).sort().collectList();
  }

  private static Flux<byte[]> lines(
      CheckpointStore store, WorkflowId workflow, List<Long> versions) {
    return Flux.defer(
        () -> {
          ExportLines lines = new ExportLines();
          Flux<Checkpoint> checkpoints =
              Flux.fromIterable(versions)
                  .concatMap(version -> store.find(workflow, version), 0)
                  .switchIfEmpty(
                      Mono.error(() -> new NotFoundException("Checkpoint of", workflow.value())));
          return Flux.concat(
              Mono.fromSupplier(() -> lines.header(workflow)),
              checkpoints.map(lines::record),
              Mono.fromSupplier(lines::end));
        });
  }

  /**
   * Writes what {@link #of} has made, with versions and times as they were. Everything is read and
   * checked first, and then read again, so {@code lines} is subscribed to twice. What is there
   * already and the same is left alone, so that repeating is harmless. Checksums are computed on
   * the thread that the lines come on.
   *
   * <p>Fails with {@link InvalidInputException} if it is no export, with {@link
   * CorruptDataException} naming the line if it is damaged or cut off, and with {@link
   * ConflictException} if the workflow has other checkpoints; nothing is written then.
   *
   * @param lines with or without their line feeds
   * @param as the workflow that they become; {@code null}: the one that they were
   * @return how many were written; never empty
   */
  public static Mono<Long> load(
      UnifiedStorage storage, Flux<byte[]> lines, @Nullable WorkflowId as) {
    Flux<Checkpoint> checkpoints = checkpoints(lines).map(read -> renamed(read, as));
    return infos(checkpoints)
        .flatMap(imported -> requireRoom(storage, imported))
        .thenMany(batches(checkpoints))
        .concatMap(batch -> storage.transfer(Checkpoint.KIND).load(batch), 0)
        .reduce(0L, Long::sum);
  }

  private static Flux<Checkpoint> checkpoints(Flux<byte[]> lines) {
    return Flux.defer(
        () -> {
          ExportLines reader = new ExportLines();
          return lines
              .<Checkpoint>handle(
                  (line, sink) -> {
                    Checkpoint read = reader.read(line);
                    if (read != null) {
                      sink.next(read);
                    }
                  })
              .concatWith(Mono.fromRunnable(reader::requireEnd));
        });
  }

  private static Checkpoint renamed(Checkpoint read, @Nullable WorkflowId as) {
    return as == null ? read : new Checkpoint(as, read.version(), read.createdAt(), read.content());
  }

  private static Mono<Map<Long, CheckpointInfo>> infos(Flux<Checkpoint> checkpoints) {
    return checkpoints.map(CheckpointExport::info).collectMap(CheckpointInfo::version);
  }

  private static CheckpointInfo info(Checkpoint read) {
    StateDigest digest = StateDigest.of(read.content().state());
    return new CheckpointInfo(
        read.workflow(),
        read.version(),
        read.createdAt(),
        read.content().metadata(),
        digest.sizeBytes(),
        digest.sha256());
  }

  private static Mono<Void> requireRoom(
      UnifiedStorage storage, Map<Long, CheckpointInfo> imported) {
    if (imported.isEmpty()) {
      return Mono.error(
          () -> new InvalidInputException("checkpoint export", "it has no checkpoints"));
    }
    WorkflowId workflow = imported.values().iterator().next().workflow();
    return storage
        .checkpoints()
        .list(workflow, Paging.LIMIT_MAX)
        .filter(there -> !there.equals(imported.get(there.version())))
        .next()
        .flatMap(there -> Mono.error(() -> inTheWay(there)));
  }

  private static ConflictException inTheWay(CheckpointInfo there) {
    return new ConflictException(
        "Checkpoint of workflow",
        there.workflow().value(),
        "none but those that are imported",
        "there in another version " + there.version());
  }

  private static Flux<List<Checkpoint>> batches(Flux<Checkpoint> checkpoints) {
    return Flux.defer(
        () -> {
          long[] bytes = {0};
          return checkpoints.bufferUntil(
              read -> {
                bytes[0] += 1_000 + read.content().state().sizeBytes();
                boolean isFull = bytes[0] >= BATCH_BYTES;
                bytes[0] = isFull ? 0 : bytes[0];
                return isFull;
              });
        });
  }
}
