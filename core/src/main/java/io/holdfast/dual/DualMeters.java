package io.holdfast.dual;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;

/** The metrics of two sides: all their names are here. They go when the storage is closed. */
final class DualMeters {

  private final MeterRegistry registry;
  private final Tags tags;
  private final Queue<Meter> made = new ConcurrentLinkedQueue<>();
  private final AtomicLong divergences = new AtomicLong();
  private final Counter failures;
  private final Counter fromFollowing;
  private final Counter fallBacks;
  private final Counter compared;
  private final Counter uncompared;

  /** {@code store} is the id of the store that led first. */
  DualMeters(MeterRegistry registry, String store) {
    this.registry = registry;
    this.tags = Tags.of("store", store);
    this.failures = counter("holdfast.dual.failures", "Times the following side took nothing");
    this.fromFollowing = counter("holdfast.dual.reads.following", "Reads the following side began");
    this.fallBacks = counter("holdfast.dual.reads.fallbacks", "Of those, reads that failed there");
    this.compared = counter("holdfast.dual.compared", "Reads compared");
    this.uncompared =
        counter("holdfast.dual.uncompared", "Reads not compared: too many, unsettled, or failed");
  }

  private Counter counter(String name, String what) {
    return keep(Counter.builder(name).description(what).tags(tags).register(registry));
  }

  private <M extends Meter> M keep(M meter) {
    made.add(meter);
    return meter;
  }

  void gauge(String name, String what, String unit, DoubleSupplier value) {
    var unused =
        keep(
            Gauge.builder(name, value::getAsDouble)
                .description(what)
                .baseUnit(unit)
                .tags(tags)
                .register(registry));
  }

  void failed() {
    failures.increment();
  }

  void readFromFollowing() {
    fromFollowing.increment();
  }

  void fellBack() {
    fallBacks.increment();
  }

  void compared() {
    compared.increment();
  }

  void uncompared() {
    uncompared.increment();
  }

  void diverged(String kind) {
    divergences.incrementAndGet();
    Counter counter =
        Counter.builder("holdfast.dual.divergences")
            .description("Answers that were not the same on both sides")
            .tags(tags.and("kind", kind))
            .register(registry);
    if (!made.contains(counter)) {
      made.add(counter);
    }
    counter.increment();
  }

  long divergences() {
    return divergences.get();
  }

  void close() {
    made.forEach(registry::remove);
  }
}
