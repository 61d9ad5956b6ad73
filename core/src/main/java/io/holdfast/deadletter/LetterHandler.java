package io.holdfast.deadletter;

import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
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
   *
   * <p>On PostgreSQL at most as many run at once as there are connections; the others wait for one,
   * up to 30 s, and then the run fails with {@link UnavailableException}. In files one runs after
   * the other, and while one runs no claim is renewed: those that are under way together must take
   * less than the lease, or others may take their items. The run also fails so if an item's
   * transaction has not begun after {@link ReprocessOptions#itemTimeout} and a minute. A
   * transaction that the storage's own time-outs end, as for one that is idle, is a failure of the
   * item.
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
