package io.holdfast.dual;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Whether a transaction that was called once may have appended something, nobody knows. Where that
 * was, the store recognises the batch if it comes again; another one would append it once more.
 */
final class UnknownAppends {

  private volatile @Nullable Sides where;

  /** An attempt has ended, be it that it may have appended and nobody knows. */
  void ended(Sides sides, boolean isUnknown) {
    if (isUnknown) {
      where = sides;
    }
  }

  /** Fails if it may have been done on others. */
  Mono<Void> requireNoneBefore(Sides now) {
    Sides before = where;
    return before == null || before == now ? Mono.empty() : Mono.error(AppendCall::notKnown);
  }

  /** It was done: nothing is open any more. */
  void done() {
    where = null;
  }
}
