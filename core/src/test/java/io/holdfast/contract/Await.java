package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Waits for publishers, but not for ever. The only class of the tests that blocks. */
public final class Await {

  /** The longest wait: only what never comes is to fail, not what a busy disk holds up. */
  public static final Duration LIMIT = Duration.ofSeconds(90);

  /** Not one that a test may keep busy. */
  private static final Scheduler TIMER = Schedulers.newSingle("await", true);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private Await() {}

  /** The value of a {@code Mono} that promises one. */
  public static <T> T value(Mono<T> promised) {
    return maybe(promised).orElseThrow(() -> new AssertionError("promised a value"));
  }

  /** The value of a {@code Mono} that may be empty. */
  public static <T> Optional<T> maybe(Mono<T> found) {
    return found.timeout(LIMIT, Mono.error(Await::late), TIMER).blockOptional();
  }

  private static AssertionError late() {
    return new AssertionError("Nothing came within " + LIMIT + ". Threads:\n" + threads());
  }

  /** What all threads do that do not wait for work. */
  private static String threads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> !isIdle(thread.getValue()))
        .map(thread -> thread.getKey() + lines(thread.getValue()))
        .collect(Collectors.joining("\n"));
  }

  private static boolean isIdle(StackTraceElement[] stack) {
    return Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("getTask"));
  }

  private static String lines(StackTraceElement[] stack) {
    return Arrays.stream(stack).map(frame -> "\n    " + frame).collect(Collectors.joining());
  }

  /** Waits for the end; a failure is thrown. */
  public static void done(Publisher<?> work) {
    var unused = maybe(Flux.from(work).then());
  }

  /** Everything up to the end. */
  public static <T> List<T> all(Publisher<T> items) {
    return value(Flux.from(items).collectList());
  }

  /** The failure, which has to be a {@code type}. */
  public static <E extends Throwable> E failure(Class<E> type, Publisher<?> failing) {
    Optional<Throwable> failure =
        maybe(Flux.from(failing).then(Mono.<Throwable>empty()).onErrorResume(Mono::just));
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
