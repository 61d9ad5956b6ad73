package io.holdfast.contract;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.DurableSubscription;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import io.holdfast.subscription.SubscriptionName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A member of a durable subscription that runs in the background, and what it has handled. */
final class Consuming implements AutoCloseable {

  static final String NAME = "billing";

  /** Short leases and back-offs, so that tests do not wait. */
  static final ConsumeOptions OPTIONS =
      ConsumeOptions.defaults()
          .withSlices(8)
          .withLeaseDuration(Duration.ofMillis(600))
          .withFailures(FailurePolicy.DEFAULT.withBackoff(Duration.ofMillis(5)));

  private final Disposable running;
  private final Sinks.One<Boolean> ended = Sinks.one();

  private Consuming(Mono<Void> work) {
    this.running =
        work.subscribe(
            nothing -> {}, error -> ended.tryEmitError(error), () -> ended.tryEmitValue(true));
  }

  static Consuming start(
      UnifiedStorage storage, EventFilter filter, ConsumeOptions options, EventHandler handler) {
    return new Consuming(subscription(storage).consume(filter, options, handler));
  }

  static Consuming start(UnifiedStorage storage, ConsumeOptions options, EventHandler handler) {
    return start(storage, EventFilter.all(), options, handler);
  }

  static Consuming start(UnifiedStorage storage, EventHandler handler) {
    return start(storage, OPTIONS, handler);
  }

  static DurableSubscription subscription(UnifiedStorage storage) {
    return storage.subscription(NAME);
  }

  static SubscriptionName subscriptionName() {
    return new SubscriptionName(NAME);
  }

  /** Ends as the member does; never, as long as it works. */
  Mono<Boolean> end() {
    return ended.asMono();
  }

  @Override
  public void close() {
    running.dispose();
  }

  /** What handlers have seen, in the order in which they have seen it. */
  static final class Seen {

    private final List<RecordedEvent> events = new ArrayList<>();

    synchronized void add(RecordedEvent event) {
      events.add(event);
    }

    /** A handler that only notes what it sees. */
    EventHandler handler() {
      return EventHandler.plain(event -> Mono.fromRunnable(() -> add(event)));
    }

    synchronized List<RecordedEvent> events() {
      return List.copyOf(events);
    }

    synchronized int count() {
      return events.size();
    }

    /** The versions of each job, as they came. */
    synchronized Map<JobId, List<Long>> versions() {
      Map<JobId, List<Long>> versions = new LinkedHashMap<>();
      events.forEach(
          event ->
              versions.computeIfAbsent(event.job(), job -> new ArrayList<>()).add(event.version()));
      return versions;
    }

    void awaitCount(int count) {
      var unused = Await.until(Mono.defer(() -> Mono.just(true).filter(x -> count() >= count)));
    }
  }

  /** Appends one event to each of {@code jobs} jobs, {@code rounds} times; the last position. */
  static Position append(UnifiedStorage storage, int jobs, int rounds) {
    Position last = Position.BEGINNING;
    for (int round = 0; round < rounds; round++) {
      for (int job = 0; job < jobs; job++) {
        last = append(storage, Samples.job(job), Samples.event(round));
      }
    }
    return last;
  }

  static Position append(UnifiedStorage storage, JobId job, Event... events) {
    return Await.value(storage.events().append(job, ExpectedVersion.any(), List.of(events)))
        .last()
        .position();
  }

  /** Waits until everything up to {@code position} is handled. */
  static void awaitProcessed(UnifiedStorage storage, Position position) {
    Await.done(subscription(storage).awaitProcessed(position));
  }
}
