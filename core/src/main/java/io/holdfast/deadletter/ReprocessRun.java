package io.holdfast.deadletter;

import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One run: takes items as there is room, what has failed before first, until nothing is left. */
final class ReprocessRun {

  private static final Duration PAUSE_FIRST = Duration.ofMillis(2);
  private static final Duration PAUSE_LAST = Duration.ofMillis(100);
  private static final int LOOKS_MAX = 3;
  private static final int PAGE = 100;

  private final UnifiedStorage storage;
  private final DeadLetterFilter filter;
  private final ReprocessOptions options;
  private final ItemWork work;
  private final HeldClaims held;
  private final WaitingItems waiting = new WaitingItems();
  private final ReprocessTally tally = new ReprocessTally();
  private final String owner = "reprocess-" + Names.unique();
  private volatile DeadLetterFilter givenUp;
  private volatile boolean isExhausted;
  private volatile boolean isOver;
  private volatile Duration pause = PAUSE_FIRST;

  ReprocessRun(
      UnifiedStorage storage,
      DeadLetterFilter filter,
      ReprocessOptions options,
      LetterHandler handler) {
    this.storage = storage;
    this.filter = filter.anywhere();
    this.givenUp = this.filter.limit(PAGE);
    this.options = options;
    this.held = new HeldClaims(storage.deadLetters(), options.leaseDuration());
    this.work = new ItemWork(storage, options, handler, held, waiting, tally);
  }

  Mono<ReprocessResult> result() {
    return Mono.usingWhen(
        Mono.just(held),
        claims -> prepared().then(Mono.firstWithSignal(items(), claims.keep())),
        HeldClaims::release);
  }

  /** What was given up becomes claimable; each page leaves less. */
  private Mono<Void> prepared() {
    DeadLetterFilter page = filter.limit(Paging.LIMIT_MAX);
    return options.force() && !filter.isOnlyGivenUp()
        ? Mono.defer(() -> storage.deadLetters().redrive(page))
            .repeat()
            .takeUntil(changed -> changed == 0)
            .then()
        : Mono.empty();
  }

  private Mono<ReprocessResult> items() {
    return Flux.<Integer>generate(
            sink -> {
              if (isOver) {
                sink.complete();
              } else {
                sink.next(options.parallelism());
              }
            })
        .concatMap(this::next, 0)
        .concatMapIterable(batch -> batch, 1)
        .flatMap(work::on, options.parallelism())
        .then(Mono.fromSupplier(tally::result));
  }

  /** A batch, or none after a pause: then there is nothing to take now. */
  private Mono<List<ClaimedLetter>> next(int most) {
    long now = System.nanoTime();
    Set<DeadLetterKey> due = waiting.due(most, now);
    if (!due.isEmpty()) {
      return claim(DeadLetterFilter.all().withKeys(due), most)
          .doOnNext(claimed -> miss(due, claimed));
    }
    if (isExhausted || waiting.isFull()) {
      return paused();
    }
    return filter.isOnlyGivenUp()
        ? revived()
        : claim(filter, most).doOnNext(claimed -> isExhausted = claimed.isEmpty());
  }

  /**
   * The next page of what was given up waits, due at once: once it is claimable, only its keys tell
   * it from the rest. What this run gives up again is behind it in the list, and not met twice.
   */
  private Mono<List<ClaimedLetter>> revived() {
    return storage
        .deadLetters()
        .list(givenUp)
        .map(DeadLetter::key)
        .collectList()
        .doOnNext(page -> isExhausted = page.size() < PAGE)
        .filter(page -> !page.isEmpty())
        .flatMap(this::revive)
        .thenReturn(List.of());
  }

  private Mono<Long> revive(List<DeadLetterKey> page) {
    givenUp = givenUp.after(page.get(page.size() - 1));
    return storage
        .deadLetters()
        .redrive(DeadLetterFilter.all().withKeys(Set.copyOf(page)).limit(PAGE))
        .doOnNext(count -> page.forEach(key -> waiting.add(key, 0, System.nanoTime())));
  }

  private Mono<List<ClaimedLetter>> claim(DeadLetterFilter which, int most) {
    return Mono.defer(
        () -> {
          long asked = System.nanoTime();
          ClaimRequest request =
              ClaimRequest.of(owner, options.leaseDuration(), most).matching(which);
          return storage
              .deadLetters()
              .claim(request)
              .doOnNext(claimed -> held.add(claimed.claim(), asked))
              .collectList()
              .doOnNext(claimed -> pause = PAUSE_FIRST);
        });
  }

  /** Somebody else has it, or it is gone. */
  private void miss(Set<DeadLetterKey> due, List<ClaimedLetter> claimed) {
    claimed.forEach(one -> due.remove(one.claim().key()));
    long next = System.nanoTime() + PAUSE_LAST.toNanos();
    for (DeadLetterKey missing : due) {
      if (waiting.missed(missing, next, LOOKS_MAX)) {
        tally.skipped();
      }
    }
  }

  private Mono<List<ClaimedLetter>> paused() {
    // In this order: an item is held until it waits.
    isOver = held.isEmpty() && waiting.isEmpty();
    return isOver ? Mono.just(List.of()) : Mono.delay(pause()).thenReturn(List.of());
  }

  private Duration pause() {
    Duration now = pause;
    pause = now.multipliedBy(2).compareTo(PAUSE_LAST) < 0 ? now.multipliedBy(2) : PAUSE_LAST;
    @Nullable Long due = waiting.nextDue();
    long left = due == null ? Long.MAX_VALUE : due - System.nanoTime();
    return left < now.toNanos() ? Duration.ofNanos(Math.max(left, 1)) : now;
  }
}
