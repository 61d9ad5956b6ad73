package io.holdfast.contract;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Callers that start together: threads meet at a barrier, then each subscribes to its share of the
 * callers without waiting for any. What becomes of a caller is a value, never thrown.
 */
public final class Race {

  private static final int THREADS = 8;

  private Race() {}

  /** How one caller fared: what it got, or why it failed; neither if it completed empty. */
  public record Finish<T>(int caller, @Nullable T value, @Nullable Throwable failure) {

    boolean won() {
      return value != null;
    }

    boolean lost() {
      return failure != null;
    }
  }

  /** Lets {@code callers} of them run, numbered from 0. */
  public static <T> List<Finish<T>> run(int callers, IntFunction<Mono<T>> caller) {
    int threads = Math.min(callers, THREADS);
    CyclicBarrier start = new CyclicBarrier(threads);
    Scheduler scheduler = Schedulers.newBoundedElastic(threads, callers, "race");
    try {
      return Await.all(
          Flux.range(0, threads)
              .flatMap(
                  first ->
                      Flux.defer(() -> share(start, first, threads, callers, caller))
                          .subscribeOn(scheduler),
                  threads));
    } finally {
      scheduler.dispose();
    }
  }

  /** What the winners got, after making sure that nobody lost or came away empty. */
  public static <T> List<T> allWin(int callers, IntFunction<Mono<T>> caller) {
    return run(callers, caller).stream().map(Race::value).toList();
  }

  private static <T> T value(Finish<T> finish) {
    if (finish.value() == null) {
      throw new AssertionError("Caller " + finish.caller() + " got nothing", finish.failure());
    }
    return finish.value();
  }

  private static <T> Flux<Finish<T>> share(
      CyclicBarrier start, int first, int step, int callers, IntFunction<Mono<T>> caller) {
    meet(start);
    int count = (callers - first + step - 1) / step;
    return Flux.range(0, count).flatMap(i -> finish(first + i * step, caller), count);
  }

  private static <T> Mono<Finish<T>> finish(int number, IntFunction<Mono<T>> caller) {
    return Mono.defer(() -> caller.apply(number))
        .map(value -> new Finish<>(number, value, null))
        .defaultIfEmpty(new Finish<>(number, null, null))
        .onErrorResume(failure -> Mono.just(new Finish<>(number, null, failure)));
  }

  private static void meet(CyclicBarrier start) {
    try {
      start.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("The race did not start", e);
    }
  }
}
