package io.holdfast.checkpoint;

import io.holdfast.CorruptDataException;
import io.holdfast.WorkflowId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
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
    return Mono.defer(
        () -> {
          Search search = new Search(workflow, newestBelow, find);
          return Mono.defer(search::step).repeat(search::goesOn).then(Mono.defer(search::result));
        });
  }

  /** Where a search is. One step comes after the other. */
  private static final class Search {

    private final WorkflowId workflow;
    private final LongFunction<Mono<Long>> newestBelow;
    private final LongFunction<Mono<Checkpoint>> find;
    private final List<Skipped> skipped = new ArrayList<>();
    private volatile long below = Long.MAX_VALUE;
    private volatile boolean ended;
    private volatile @Nullable Checkpoint found;

    Search(
        WorkflowId workflow,
        LongFunction<Mono<Long>> newestBelow,
        LongFunction<Mono<Checkpoint>> find) {
      this.workflow = workflow;
      this.newestBelow = newestBelow;
      this.find = find;
    }

    boolean goesOn() {
      return found == null && !ended;
    }

    /** Looks at one version; it may be damaged, or have been deleted meanwhile. */
    Mono<Void> step() {
      return newestBelow
          .apply(below)
          .switchIfEmpty(Mono.fromRunnable(() -> ended = true))
          .flatMap(this::tryVersion);
    }

    private Mono<Void> tryVersion(long version) {
      below = version;
      return find.apply(version)
          .doOnNext(checkpoint -> found = checkpoint)
          .onErrorResume(
              CorruptDataException.class,
              damage -> {
                skipped.add(new Skipped(version, damage));
                return Mono.empty();
              })
          .then();
    }

    Mono<IntactCheckpoint> result() {
      Checkpoint checkpoint = found;
      if (checkpoint != null) {
        return Mono.just(new IntactCheckpoint(checkpoint, skipped));
      }
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
