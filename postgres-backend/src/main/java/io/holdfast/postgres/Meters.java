package io.holdfast.postgres;

import io.holdfast.subscription.SubscriptionName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one storage: all their names are here, and all carry the schema as a tag. They go
 * when the storage is closed.
 */
final class Meters {

  private final MeterRegistry registry;
  private final Tags tags;
  private final Queue<Meter> made = new ConcurrentLinkedQueue<>();

  Meters(MeterRegistry registry, SchemaName schema) {
    this.registry = registry;
    this.tags = Tags.of("schema", schema.value());
  }

  /** How much of a pool is in use. */
  void pool(String name, ConnectionPool pool) {
    Tags ofPool = tags.and("pool", name);
    pool("holdfast.pool.acquired", "Connections at work", ofPool, pool, PoolMetrics::acquiredSize);
    pool("holdfast.pool.idle", "Connections open and unused", ofPool, pool, PoolMetrics::idleSize);
    pool(
        "holdfast.pool.pending",
        "Callers that wait for a connection",
        ofPool,
        pool,
        PoolMetrics::pendingAcquireSize);
  }

  private void pool(
      String name, String what, Tags tags, ConnectionPool pool, ToIntFunction<PoolMetrics> size) {
    var unused =
        gauge(name, what, null, tags, () -> pool.getMetrics().map(size::applyAsInt).orElse(0));
  }

  /** How many subscriptions there are. */
  void subscriptionsLive(LongSupplier subscriptions) {
    gauge("holdfast.subscriptions.live", "Subscriptions", null, subscriptions);
  }

  /** How far the slowest subscription is behind the newest event that was read. */
  void subscriptionLag(LongSupplier positions) {
    gauge(
        "holdfast.subscriptions.lag",
        "How far the slowest live subscription is behind",
        "positions",
        positions);
  }

  /** True if anybody may look: the global registry is one of many, or of none. */
  boolean isWatched() {
    return !(registry instanceof CompositeMeterRegistry composite)
        || !composite.getRegistries().isEmpty();
  }

  /** How far a durable subscription with members in this process is behind; until it is removed. */
  Meter consumerLag(SubscriptionName name, LongSupplier events) {
    return gauge(
        "holdfast.consumers.lag",
        "Events behind the slice of a durable subscription that is furthest behind",
        "events",
        tags.and("subscription", name.value()),
        events);
  }

  /** How far the decided end of the log is behind its end. */
  void horizonLag(LongSupplier positions) {
    gauge(
        "holdfast.horizon.lag",
        "How far open appends hold subscriptions back",
        "positions",
        positions);
  }

  /** How long the append has been open that holds subscriptions back. */
  void horizonHeld(LongSupplier seconds) {
    gauge(
        "holdfast.horizon.held",
        "For how long the append has been open that holds subscriptions back",
        "seconds",
        seconds);
  }

  /** For how long there are partitions to append to. */
  void partitionRunway(LongSupplier days) {
    gauge("holdfast.partitions.runway", "For how long partitions are made", "days", days);
  }

  /** Whether announcements of other processes are heard. */
  void listenerUp(BooleanSupplier up) {
    gauge(
        "holdfast.listener.up",
        "1 while announcements of other processes are heard",
        null,
        () -> up.getAsBoolean() ? 1 : 0);
  }

  /** Pages that were read for all live subscriptions together. */
  Counter headReads() {
    return counter(
        "holdfast.head.reads", "Pages read for all live subscriptions together", "pages");
  }

  /** Signals that there may be something to read, from whoever. */
  void wakeUps(WakeUps wakeUps) {
    var unused =
        keep(
            FunctionCounter.builder("holdfast.wakeups", wakeUps, WakeUps::count)
                .description("Signals that there may be new events")
                .baseUnit("signals")
                .tags(tags)
                .register(registry));
  }

  /** Notifications that were sent. */
  Counter announcements() {
    return counter("holdfast.announcements", "Notifications sent to other processes", "messages");
  }

  /** Notifications that could not be sent. */
  Counter announcementFailures() {
    return counter(
        "holdfast.announcements.failed", "Notifications that could not be sent", "messages");
  }

  /** Transactions that wrote one or more appends. */
  Counter appendGroups() {
    return counter("holdfast.appends.groups", "Transactions that wrote appends", "transactions");
  }

  /** Runs of a caller's transaction behind the first. */
  Counter transactionReruns() {
    return counter(
        "holdfast.transactions.reruns",
        "Transactions run again after a serialization failure or a deadlock",
        "runs");
  }

  private Counter counter(String name, String what, String unit) {
    return keep(
        Counter.builder(name).description(what).baseUnit(unit).tags(tags).register(registry));
  }

  private void gauge(String name, String what, @Nullable String unit, LongSupplier value) {
    var unused = gauge(name, what, unit, tags, value);
  }

  private Meter gauge(
      String name, String what, @Nullable String unit, Tags tags, LongSupplier value) {
    return keep(
        Gauge.builder(name, value::getAsLong)
            .strongReference(true)
            .description(what)
            .baseUnit(unit)
            .tags(tags)
            .register(registry));
  }

  private <M extends Meter> M keep(M meter) {
    made.add(meter);
    return meter;
  }

  /** Takes one out of the registry. */
  void remove(Meter meter) {
    made.remove(meter);
    registry.remove(meter);
  }

  /** Takes them out of the registry, and with them what they hold on to. */
  void close() {
    made.forEach(registry::remove);
    made.clear();
  }
}
