package io.holdfast.dual;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.RecordKey;
import io.holdfast.RecordTransfer;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class TimedTransferTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final RecordKey KEY = RecordKey.of("a");

  /** Answers nothing, and counts how often it is asked. */
  private static final class Hanging implements RecordTransfer<String> {

    private final AtomicInteger asked = new AtomicInteger();

    private <T> Mono<T> silence() {
      return Mono.<T>never().doOnSubscribe(asking -> asked.incrementAndGet());
    }

    @Override
    public Flux<String> export() {
      return this.<String>silence().flux();
    }

    @Override
    public Mono<Long> count() {
      return silence();
    }

    @Override
    public Mono<String> find(RecordKey key) {
      return silence();
    }

    @Override
    public Mono<Long> load(List<String> records) {
      return silence();
    }

    @Override
    public Mono<Void> remove(RecordKey key) {
      return silence();
    }
  }

  private final Hanging hanging = new Hanging();
  private final TimedTransfer<String> timed = new TimedTransfer<>(hanging, PATIENCE);

  private static void requireLate(Supplier<Mono<?>> step) {
    StepVerifier.withVirtualTime(step)
        .expectSubscription()
        .expectNoEvent(PATIENCE)
        .verifyError(UnavailableException.class);
  }

  @Test
  void a_step_without_an_answer_fails() {
    requireLate(() -> timed.load(List.of("a")));
    requireLate(() -> new TimedTransfer<>(hanging, PATIENCE).find(KEY));
    requireLate(() -> new TimedTransfer<>(hanging, PATIENCE).remove(KEY));
    requireLate(() -> new TimedTransfer<>(hanging, PATIENCE).count());
    requireLate(() -> new TimedTransfer<>(hanging, PATIENCE).export().next());
  }

  @Test
  void after_it_nobody_else_waits() {
    requireLate(() -> timed.find(KEY));

    StepVerifier.create(timed.find(KEY)).verifyError(UnavailableException.class);
    StepVerifier.create(timed.load(List.of("a"))).verifyError(UnavailableException.class);

    assertThat(hanging.asked).hasValue(1);
  }
}
