package io.holdfast.migration.demo;

import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Watches a run over a subscription, as it happens; kills its worker with SIGKILL in the middle,
 * and starts another one.
 */
final class LiveRun {

  /** Killed at the start of this item: some are done, some are claimed, one has begun. */
  private static final int FATAL_ITEM = 14;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final UnifiedStorage storage;
  private final WorkerProcess.Setup setup;
  private final Screen screen;
  private final long start = System.nanoTime();
  private final List<Long> delaysMicros = new ArrayList<>();

  LiveRun(UnifiedStorage storage, WorkerProcess.Setup setup, Screen screen) {
    this.storage = storage;
    this.setup = setup;
    this.screen = screen;
  }

  /**
   * What the subscription showed.
   *
   * @param events all events, in the order in which they arrived
   * @param delay the median time from an event's creation to its arrival
   */
  record Seen(List<RecordedEvent> events, Duration delay) {}

  /** Emits what was seen, once the run is complete. */
  Mono<Seen> watch() {
    return storage
        .events()
        .subscribe(EventFilter.job(Run.JOB), StartFrom.beginning())
        .doOnNext(this::show)
        .takeUntil(event -> event.type().equals(Run.RUN_COMPLETED))
        .publish(seen -> Mono.zip(seen.collectList(), workers(seen), (events, done) -> events))
        .next()
        .timeout(PATIENCE)
        .map(events -> new Seen(events, delay()));
  }

  private Duration delay() {
    List<Long> sorted = new ArrayList<>(delaysMicros);
    Collections.sort(sorted);
    return Duration.ofNanos(1_000 * sorted.get(sorted.size() / 2));
  }

  private Mono<Boolean> workers(Flux<RecordedEvent> seen) {
    Mono<Long> first =
        WorkerProcess.using("worker-1", setup, worker -> killInTheMiddle(worker, seen));
    Mono<Void> second = WorkerProcess.using("worker-2", setup, WorkerProcess::completion);
    return first.then(second).thenReturn(true);
  }

  private Mono<Long> killInTheMiddle(WorkerProcess worker, Flux<RecordedEvent> seen) {
    AtomicInteger items = new AtomicInteger();
    Mono<Long> killed =
        seen.filter(event -> event.type().equals(Run.ITEM_STARTED))
            .filter(event -> items.incrementAndGet() == FATAL_ITEM)
            .next()
            .flatMap(event -> worker.kill())
            .doOnNext(pid -> screen.alarm(seconds(), "kill -9 " + pid + " (worker-1)"));
    // A worker that ends before that has failed.
    return Mono.firstWithSignal(killed, worker.completion().then(Mono.never()));
  }

  private void show(RecordedEvent event) {
    delaysMicros.add(Duration.between(event.createdAt(), Instant.now()).toNanos() / 1_000);
    screen.event(seconds(), event);
  }

  private double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
