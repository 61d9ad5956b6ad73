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
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
    lag.joined(NAME);
    lag.joined(NAME);
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
  void nothing_is_asked_while_nobody_looks() {
    UnifiedStorage storage = storage();
    CompositeMeterRegistry nobody = new CompositeMeterRegistry();
    assertThat(new Meters(nobody, new SchemaName("s")).isWatched()).isFalse();
    assertThat(measured(nobody, storage)).isZero();
    assertThat(new Meters(nobody.add(new SimpleMeterRegistry()), new SchemaName("s")).isWatched())
        .isTrue();
  }
}
