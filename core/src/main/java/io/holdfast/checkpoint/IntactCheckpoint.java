package io.holdfast.checkpoint;

import io.holdfast.CorruptDataException;
import io.holdfast.WorkflowId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import reactor.core.publisher.Mono;

/**
 * The newest checkpoint that can be read, and what had to be passed over to find it.
 *
 * @param checkpoint the newest that is not damaged
 * @param skipped the damaged ones above it, newest first; empty if it is the latest
 */
public record IntactCheckpoint(Checkpoint checkpoint, List<Skipped> skipped) {

  /**
   * A version that is damaged.
   *
   * @param version which one
   * @param damage what {@link CheckpointStore#find} fails with
   */
  public record Skipped(long version, CorruptDataException damage) {}

  /** Copies the list. */
  public IntactCheckpoint {
    skipped = List.copyOf(skipped);
  }

  /**
   * For backends: reads one version after the other, from the newest on. Fails with {@link
   * CorruptDataException}, of the newest one, if none can be read.
   *
   * @param newestBelow the highest version below a number; empty if there is none
   * @param find reads one version
   * @return empty if there is no version at all
   */
  public static Mono<IntactCheckpoint> search(
      WorkflowId workflow,
      LongFunction<Mono<Long>> newestBelow,
      LongFunction<Mono<Checkpoint>> find) {
    return Mono.defer(() -> new Search(workflow, newestBelow, find).below(Long.MAX_VALUE));
  }

  private record Search(
      WorkflowId workflow,
      LongFunction<Mono<Long>> newestBelow,
      LongFunction<Mono<Checkpoint>> find,
      List<Skipped> skipped) {

    Search(
        WorkflowId workflow,
        LongFunction<Mono<Long>> newestBelow,
        LongFunction<Mono<Checkpoint>> find) {
      this(workflow, newestBelow, find, new ArrayList<>());
    }

    Mono<IntactCheckpoint> below(long version) {
      return newestBelow
          .apply(version)
          .flatMap(this::tryVersion)
          .switchIfEmpty(Mono.defer(this::nothingLeft));
    }

    private Mono<IntactCheckpoint> tryVersion(long version) {
      return find.apply(version)
          .map(checkpoint -> new IntactCheckpoint(checkpoint, skipped))
          .onErrorResume(
              CorruptDataException.class,
              damage -> {
                skipped.add(new Skipped(version, damage));
                return Mono.empty();
              })
          // It is damaged, or it was deleted meanwhile.
          .switchIfEmpty(Mono.defer(() -> below(version)));
    }

    private Mono<IntactCheckpoint> nothingLeft() {
      if (skipped.isEmpty()) {
        return Mono.empty();
      }
      Skipped newest = skipped.get(0);
      return Mono.error(
          new CorruptDataException(
              "Every checkpoint of " + workflow,
              "the newest of " + skipped.size() + ", " + newest.damage().getMessage(),
              newest.damage()));
    }
  }
}
