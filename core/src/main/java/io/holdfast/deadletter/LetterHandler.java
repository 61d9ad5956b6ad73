package io.holdfast.deadletter;

import io.holdfast.StoreSet;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What is done with a dead letter; fails if it could not be done. */
public sealed interface LetterHandler {

  /**
   * Work with effects of its own: an item is handled at least once. After a crash, or when somebody
   * else takes over, it is handled again. The claim's token may fence what it writes elsewhere.
   */
  record Plain(Function<ClaimedLetter, Mono<Void>> work) implements LetterHandler {

    /** Requires the work. */
    public Plain {
      Objects.requireNonNull(work, "work");
    }
  }

  /**
   * Work whose only effects are writes to the stores that are handed in: an item is handled exactly
   * once, because they and the end of the item are one transaction, which commits only while the
   * claim is good. The work may be run again after a failure; only one run commits.
   */
  record Transactional(BiFunction<StoreSet, ClaimedLetter, Mono<Void>> work)
      implements LetterHandler {

    /** Requires the work. */
    public Transactional {
      Objects.requireNonNull(work, "work");
    }
  }

  /** Handles each item at least once. */
  static LetterHandler plain(Function<ClaimedLetter, Mono<Void>> work) {
    return new Plain(work);
  }

  /** Handles each item exactly once, as far as writes to the stores go. */
  static LetterHandler transactional(BiFunction<StoreSet, ClaimedLetter, Mono<Void>> work) {
    return new Transactional(work);
  }
}
