package io.holdfast.migration.demo;

import io.holdfast.Json;
import io.holdfast.LockLostException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.Lease;
import io.holdfast.session.SessionState;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What has to be true after the live run, however it was interrupted. */
final class LiveChecks {

  private final UnifiedStorage storage;
  private final List<RecordedEvent> seen;

  LiveChecks(UnifiedStorage storage, List<RecordedEvent> seen) {
    this.storage = storage;
    this.seen = seen;
  }

  /**
   * One thing that was checked.
   *
   * @param good true if it is as it should be
   * @param text what was checked, with the figures
   */
  record Check(boolean good, String text) {}

  /** Checks everything, one after the other. */
  Flux<Check> all() {
    return Flux.concat(
        Mono.fromSupplier(this::noGap),
        sameAsStored(),
        onceEach(),
        nothingLeft(),
        inStep(),
        fenced());
  }

  private Check noGap() {
    Comparator<RecordedEvent> order = RecordedEvent.KIND.order();
    boolean good =
        IntStream.range(0, seen.size())
            .allMatch(
                i ->
                    seen.get(i).version() == i + 1
                        && (i == 0 || order.compare(seen.get(i - 1), seen.get(i)) < 0));
    return new Check(good, seen.size() + " events arrived live: no gap, no duplicate, in order");
  }

  private Mono<Check> sameAsStored() {
    return storage
        .events()
        .read(EventQuery.job(Run.JOB))
        .collectList()
        .map(
            stored ->
                new Check(
                    stored.equals(seen), "the log holds the same " + stored.size() + " events"));
  }

  private Mono<Check> onceEach() {
    List<Json> completed =
        seen.stream()
            .filter(event -> event.type().equals(Run.ITEM_COMPLETED))
            .map(RecordedEvent::data)
            .toList();
    long started = seen.stream().filter(event -> event.type().equals(Run.ITEM_STARTED)).count();
    int different = new HashSet<>(completed).size();
    return Mono.just(
        new Check(
            completed.size() == PastRun.LEFT_OVER && different == PastRun.LEFT_OVER,
            "%d items were started %d times and completed exactly once each"
                .formatted(different, started)));
  }

  private Mono<Check> nothingLeft() {
    return storage
        .deadLetters()
        .stats(Run.LEFT_BEHIND)
        .map(left -> new Check(left.total() == 0, "no dead letter is left of " + Run.LEFT_BEHIND));
  }

  private Mono<Check> inStep() {
    return Mono.zip(
            storage.sessions().get(Run.SESSION),
            storage.checkpoints().findLatest(Run.WORKFLOW),
            RunState::of)
        .map(
            state ->
                new Check(
                    state.session().state() == SessionState.COMPLETED
                        && state.isDone()
                        && state.session().details().progress().done() == state.done().size(),
                    "session and checkpoint agree: %d of %d"
                        .formatted(state.done().size(), state.total())));
  }

  /** A write under the lease of the worker that was killed comes too late. */
  private Mono<Check> fenced() {
    Lease stale = new Lease(Run.LOCK, "worker-1", 1, Run.LEASE, Instant.now());
    Event late = Event.of("late.write", Json.EMPTY);
    return storage
        .inTransaction(
            stale, tx -> tx.events().append(Run.JOB, ExpectedVersion.any(), List.of(late)))
        .map(written -> new Check(false, "a write under the dead worker's token was accepted"))
        .onErrorResume(
            LockLostException.class,
            lost ->
                Mono.just(
                    new Check(true, "a late write under the dead worker's token 1 is refused")));
  }
}
