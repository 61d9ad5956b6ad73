package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.CancelStorm;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Cancels operations at random moments. A driver that is cancelled at the wrong one keeps a
 * connection that never answers again; afterwards every connection of the pool has to.
 */
class CancelStormIT {

  private static final int CANCELS = 6_000;
  private static final int CANCELS_OF_A_SOAK = 20_000;
  private static final int CONNECTIONS = 8;
  private static final long SEED = 20261120;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void every_connection_answers_after_a_storm_of_cancels() {
    storm(CANCELS);
  }

  @Test
  @Tag("soak")
  void every_connection_answers_after_a_long_storm_of_cancels() {
    storm(CANCELS_OF_A_SOAK);
  }

  private void storm(int cancels) {
    UnifiedStorage storage =
        SERVER.open(SERVER.currentUrl() + "&connections=" + CONNECTIONS, registry);

    assertThat(CancelStorm.over(storage, cancels, SEED).block(PATIENCE))
        .as("every operation of the SPI was cancelled")
        .isEqualTo(CancelStorm.operations());

    // As many transactions at once as there are connections: one that is lost would be missed.
    List<Integer> answers =
        Flux.range(0, CONNECTIONS)
            .flatMap(
                n ->
                    storage.inTransaction(
                        tx ->
                            tx.sessions()
                                .find(new SessionId("s"))
                                .then(Mono.delay(Duration.ofMillis(50)))
                                .thenReturn(n)),
                CONNECTIONS)
            .collectList()
            .block(PATIENCE);
    assertThat(answers).hasSize(CONNECTIONS);
    assertThat(storage.health().block(PATIENCE).healthy()).isTrue();
    requireGivenBack("holdfast.pool.acquired");
    requireGivenBack("holdfast.pool.pending");
    requireGivenBack("holdfast.subscriptions.live");
  }

  /** What was cancelled ends by itself, a moment later. */
  private void requireGivenBack(String metric) {
    boolean givenBack =
        Mono.fromSupplier(
                () -> registry.get(metric).gauges().stream().mapToDouble(g -> g.value()).sum())
            .filter(inUse -> inUse == 0)
            .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(20)))
            .hasElement()
            .blockOptional(PATIENCE)
            .orElseThrow();
    assertThat(givenBack).as(metric).isTrue();
  }
}
