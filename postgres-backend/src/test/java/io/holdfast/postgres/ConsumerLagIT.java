package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** The lag of durable subscriptions, as a gauge. */
class ConsumerLagIT {

  private static final SubscriptionName NAME = new SubscriptionName("billing");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static UnifiedStorage storage() {
    UnifiedStorage storage = SERVER.storage();
    Await.done(
        storage
            .subscriptions()
            .create(new SubscriptionDefinition(NAME, EventFilter.all(), 4, Position.BEGINNING)));
    Await.value(
        storage
            .events()
            .append(
                new JobId("j"),
                ExpectedVersion.none(),
                List.of(Event.of("t", Json.EMPTY), Event.of("t", Json.EMPTY))));
    return storage;
  }

  private static double measured(MeterRegistry registry, UnifiedStorage storage) {
    Meters meters = new Meters(registry, new SchemaName("s"));
    ConsumerLag lag = new ConsumerLag(meters, storage.subscriptions()::lag);
    lag.joined(NAME, "one");
    lag.joined(NAME, "one");
    lag.joined(NAME, "two");
    Await.done(lag.measure());
    lag.close();
    return registry.find("holdfast.consumers.lag").tag("subscription", "billing").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }

  @Test
  void counts_the_events_behind_the_last_slice() {
    assertThat(measured(new SimpleMeterRegistry(), storage())).isEqualTo(2);
  }

  @Test
  void a_deleted_subscription_has_none() {
    UnifiedStorage storage = storage();
    Await.done(storage.subscriptions().delete(NAME));

    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    assertThat(measured(registry, storage)).isZero();
    assertThat(registry.getMeters()).hasSize(1);
  }

  @Test
  void nothing_is_asked_or_shown_once_the_last_member_has_left() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    AtomicInteger asked = new AtomicInteger();
    ConsumerLag lag =
        new ConsumerLag(
            new Meters(registry, new SchemaName("s")),
            name -> Mono.fromCallable(() -> (long) asked.incrementAndGet()));
    lag.joined(NAME, "one");
    lag.joined(NAME, "two");
    lag.left(NAME, "one");
    lag.left(NAME, "one");
    Await.done(lag.measure());
    assertThat(registry.getMeters()).as("one is still there").hasSize(1);

    lag.left(NAME, "two");
    Await.done(lag.measure());
    lag.close();

    assertThat(asked).hasValue(1);
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void a_member_that_is_stopped_leaves_no_gauge() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl(), registry);
    EventHandler handler = EventHandler.plain(event -> Mono.empty());
    Disposable member =
        storage
            .subscription(NAME.value())
            .consume(EventFilter.all(), ConsumeOptions.defaults(), handler)
            .subscribe();
    var gauges = Mono.fromCallable(() -> registry.find("holdfast.consumers.lag").gauges().size());
    assertThat(Await.until(gauges.filter(size -> size == 1))).isOne();

    member.dispose();

    assertThat(Await.until(gauges.filter(size -> size == 0))).isZero();
  }

  @Test
  void nothing_is_asked_while_nobody_looks() {
    UnifiedStorage storage = storage();
    CompositeMeterRegistry nobody = new CompositeMeterRegistry();
    assertThat(new Meters(nobody, new SchemaName("s")).isWatched()).isFalse();
    assertThat(measured(nobody, storage)).isZero();
    assertThat(new Meters(nobody.add(new SimpleMeterRegistry()), new SchemaName("s")).isWatched())
        .isTrue();
  }
}
