package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnavailableException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a read waits for, and what not. */
class PatienceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final AtomicInteger reads = new AtomicInteger();

  /** Fails with the states in turn, and then over and over with the last. */
  private Mono<String> failing(String... states) {
    return Mono.error(
        () -> {
          String state = states[Math.min(reads.getAndIncrement(), states.length - 1)];
          return new UnavailableException(
              state, new R2dbcNonTransientResourceException("failed", state));
        });
  }

  @Test
  void an_outage_is_waited_for_however_long_it_takes() {
    Mono<String> read = Mono.defer(() -> reads.get() < 100 ? failing("08006") : Mono.just("there"));

    StepVerifier.withVirtualTime(() -> Patience.with(read))
        .thenAwait(Duration.ofHours(1))
        .expectNext("there")
        .expectComplete()
        .verify(LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"42501", "28P01", "28000", "3D000"})
  void a_refusal_is_told_at_once(String state) {
    StepVerifier.create(Patience.with(failing(state)))
        .expectErrorMatches(error -> error.getMessage().equals(state))
        .verify(LIMIT);

    assertThat(reads).hasValue(1);
  }

  @Test
  void a_read_that_is_cancelled_again_and_again_is_given_up() {
    StepVerifier.withVirtualTime(
            () -> Patience.with(failing("57014", "57014", "57014", "57014", "08006", "57014")))
        .thenAwait(Duration.ofHours(1))
        .expectErrorMatches(error -> error.getMessage().equals("57014"))
        .verify(LIMIT);

    assertThat(reads).as("four, an outage, and five in a row").hasValue(10);
  }
}
