package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.StartFrom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** What a storage tells a meter registry. */
class MetersIT {

  private static final JobId JOB = new JobId("job");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void tells_of_pools_subscriptions_and_announcements() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl(), registry);
    Await.done(append(storage));
    Await.done(storage.events().subscribe(EventFilter.all(), StartFrom.beginning()).take(1));

    Await.done(until("holdfast.announcements", 1));
    Await.done(until("holdfast.listener.up", 1));
    assertThat(value("holdfast.wakeups")).isGreaterThanOrEqualTo(1);
    assertThat(value("holdfast.announcements.failed")).isZero();
    assertThat(value("holdfast.appends.groups")).isEqualTo(1);
    assertThat(registry.get("holdfast.pool.idle").tag("pool", "work").gauge().value())
        .as("a connection that was used and given back")
        .isGreaterThanOrEqualTo(1);
  }

  @Test
  void leaves_nothing_behind_in_the_registry() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl(), registry);
    assertThat(registry.getMeters()).isNotEmpty();

    Await.done(storage.close());

    assertThat(registry.getMeters()).isEmpty();
  }

  private Mono<Double> until(String metric, double atLeast) {
    return Mono.fromSupplier(() -> value(metric))
        .filter(value -> value >= atLeast)
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(20)));
  }

  private double value(String metric) {
    return registry.get(metric).meter().measure().iterator().next().getValue();
  }

  private static Mono<?> append(UnifiedStorage storage) {
    return storage.events().append(JOB, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)));
  }
}
