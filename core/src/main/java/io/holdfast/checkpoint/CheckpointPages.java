package io.holdfast.checkpoint;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A list of checkpoints page by page, each fetched when the one before is used up. */
final class CheckpointPages {

  /** How many checkpoints a page has. */
  static final int SIZE = 500;

  private final Function<@Nullable CheckpointInfo, Flux<CheckpointInfo>> behind;
  private @Nullable CheckpointInfo last;
  private boolean isAtEnd;

  private CheckpointPages(Function<@Nullable CheckpointInfo, Flux<CheckpointInfo>> behind) {
    this.behind = behind;
  }

  /** {@code behind} lists at most {@link #SIZE} behind one, or from the beginning. */
  static Flux<CheckpointInfo> of(Function<@Nullable CheckpointInfo, Flux<CheckpointInfo>> behind) {
    return Flux.defer(() -> new CheckpointPages(behind).all());
  }

  private Flux<CheckpointInfo> all() {
    return Flux.<Boolean>generate(
            sink -> {
              if (isAtEnd) {
                sink.complete();
              } else {
                sink.next(true);
              }
            })
        .concatMap(more -> page(), 0)
        .concatMapIterable(page -> page, 1);
  }

  private Mono<List<CheckpointInfo>> page() {
    return behind.apply(last).collectList().doOnNext(this::learn);
  }

  private void learn(List<CheckpointInfo> page) {
    isAtEnd = page.size() < SIZE;
    last = page.isEmpty() ? last : page.get(page.size() - 1);
  }
}
