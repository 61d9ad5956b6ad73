package io.holdfast.subscription;

import io.holdfast.StoreSet;
import io.holdfast.event.RecordedEvent;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * What a subscription does with each event. The events of a job arrive one after the other, in
 * order, each when the one before is done; those of different jobs at the same time. Work must not
 * block the thread it is called on.
 */
public sealed interface EventHandler {

  /**
   * Work with effects of its own: each event is handled at least once. After a crash, or when
   * somebody else takes over, the last ones are handled again.
   */
  record Plain(Function<RecordedEvent, Mono<Void>> work) implements EventHandler {

    /** Requires the work. */
    public Plain {
      Objects.requireNonNull(work, "work");
    }
  }

  /**
   * Work whose only effects are writes to the stores that are handed in: each event is handled
   * exactly once, because its writes and the progress past it are one transaction, which commits
   * only while this member still has the slice. The work may be run again after a failure; only one
   * run commits.
   */
  record Transactional(BiFunction<StoreSet, RecordedEvent, Mono<Void>> work)
      implements EventHandler {

    /** Requires the work. */
    public Transactional {
      Objects.requireNonNull(work, "work");
    }
  }

  /** Handles each event at least once. */
  static EventHandler plain(Function<RecordedEvent, Mono<Void>> work) {
    return new Plain(work);
  }

  /** Handles each event exactly once, as far as writes to the stores go. */
  static EventHandler transactional(BiFunction<StoreSet, RecordedEvent, Mono<Void>> work) {
    return new Transactional(work);
  }
}
