package io.holdfast.deadletter;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.lock.LockRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Works on dead letters again. */
public final class Reprocessing {

  private final UnifiedStorage storage;

  /** Of the dead letters of {@code storage}. */
  public Reprocessing(UnifiedStorage storage) {
    this.storage = Objects.requireNonNull(storage, "storage");
  }

  /**
   * Hands every dead letter that matches {@code filter} to {@code handler}, until each is done or
   * given up: a run. The filter's limit and place do not count. Items that others hold are left to
   * them, and what comes in later is left for the next run. Each subscription is another run. A
   * filter for only what was given up needs {@linkplain ReprocessOptions#forced force}: without it,
   * this throws {@link InvalidInputException} at the call.
   *
   * <p>An item is claimed before it is handled, its claim is renewed meanwhile, and it stays until
   * it is done: whatever dies, the lease ends and the item comes back. An attempt that fails or
   * takes too long is cancelled, and becomes a failure of the item, which is due again after the
   * back-off, also for others should this run end; the last one gives it up. The handler starts on
   * a thread that may be blocked; it is cancelled as soon as its claim is lost, or may be.
   *
   * <p>Two runs over the same job exclude each other, and so do a run over all jobs and any other:
   * locks keep them apart, for as long as both use this method. Fails at once with {@link
   * ConflictException}, which names the holder, if another one is under way, with {@link
   * LockLostException} if the lock is lost, and with {@link UnavailableException} if the storage
   * is; what was under way is cancelled then and stays with the dead letters. Cancelling does the
   * same, and gives back what is held.
   *
   * @return what has come of it; never empty
   */
  public Mono<ReprocessResult> run(
      DeadLetterFilter filter, ReprocessOptions options, LetterHandler handler) {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(handler, "handler");
    if (filter.isOnlyGivenUp() && !options.force()) {
      throw new InvalidInputException(
          "filter of dead letters", "asks for what was given up, which needs force");
    }
    // Deferred, so that each subscription asks for the lock as somebody else.
    return Mono.defer(
        () ->
            alone(
                filter.job(),
                options.leaseDuration(),
                () -> new ReprocessRun(storage, filter, options, handler).result()));
  }

  private <T> Mono<T> alone(@Nullable JobId job, Duration lease, Supplier<Mono<T>> work) {
    LockRequest all = LockRequest.of(LetterLocks.REPROCESSING, lease);
    if (job == null) {
      return storage.locks().withLock(all, Duration.ZERO, held -> work.get());
    }
    LockRequest own = LockRequest.of(LetterLocks.reprocessing(job), lease);
    return storage
        .locks()
        .withLock(
            all.shared(),
            Duration.ZERO,
            shared -> storage.locks().withLock(own, Duration.ZERO, held -> work.get()));
  }
}
