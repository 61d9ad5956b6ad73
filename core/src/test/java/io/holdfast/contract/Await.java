package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits for publishers, but not for ever. The only class of the tests that blocks. */
public final class Await {

  /** The longest wait. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /** The value of a {@code Mono} that promises one. */
  public static <T> T value(Mono<T> promised) {
    return promised.blockOptional(LIMIT).orElseThrow(() -> new AssertionError("promised a value"));
  }

  /** The value of a {@code Mono} that may be empty. */
  public static <T> Optional<T> maybe(Mono<T> found) {
    return found.blockOptional(LIMIT);
  }

  /** Waits for the end; a failure is thrown. */
  public static void done(Publisher<?> work) {
    Flux.from(work).then().block(LIMIT);
  }

  /** Everything up to the end. */
  public static <T> List<T> all(Publisher<T> items) {
    return value(Flux.from(items).collectList());
  }

  /** The failure, which has to be a {@code type}. */
  public static <E extends Throwable> E failure(Class<E> type, Publisher<?> failing) {
    Optional<Throwable> failure =
        Flux.from(failing)
            .then(Mono.<Throwable>empty())
            .onErrorResume(Mono::just)
            .blockOptional(LIMIT);
    assertThat(failure).as("has to fail with %s", type.getSimpleName()).isPresent();
    assertThat(failure.get()).isInstanceOf(type);
    return type.cast(failure.get());
  }

  /** Repeats {@code attempt} until it emits. */
  public static <T> T until(Mono<T> attempt) {
    return value(attempt.repeatWhenEmpty(again -> again.delayElements(PAUSE)));
  }

  /** Waits until {@code condition} holds. */
  public static void that(BooleanSupplier condition) {
    var unused = until(Mono.fromSupplier(condition::getAsBoolean).filter(Boolean::booleanValue));
  }
}
