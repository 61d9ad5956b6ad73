package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A statement comes before the end of its transaction, or not at all. */
class StatementGateTest {

  private final StatementGate gate = new StatementGate();

  @Test
  void the_end_waits_for_a_statement_that_was_sent() {
    Sinks.One<String> result = Sinks.one();
    var running = gate.pass(result.asMono()).subscribe();

    StepVerifier.create(gate.close())
        .expectSubscription()
        .expectNoEvent(Duration.ofMillis(20))
        .then(() -> assertThat(result.tryEmitValue("row").isSuccess()).isTrue())
        .verifyComplete();
    assertThat(running.isDisposed()).isTrue();
  }

  @Test
  void a_statement_that_fails_is_over_too() {
    StepVerifier.create(gate.pass(Mono.error(new IllegalArgumentException("no"))))
        .verifyError(IllegalArgumentException.class);

    StepVerifier.create(gate.close()).verifyComplete();
    StepVerifier.create(gate.close()).verifyComplete();
  }

  @Test
  void nothing_is_sent_behind_the_end() {
    Mono<String> assembledBefore = gate.pass(Mono.just("row"));
    StepVerifier.create(assembledBefore).expectNext("row").verifyComplete();
    StepVerifier.create(gate.close()).verifyComplete();

    StepVerifier.create(assembledBefore).verifyError(IllegalStateException.class);
  }
}
