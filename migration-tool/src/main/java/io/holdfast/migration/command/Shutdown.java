package io.holdfast.migration.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Turns Ctrl-C and SIGTERM into the end of whatever is running, and keeps the process alive until
 * it has tidied up. The JVM then ends with 130 or 143.
 */
public final class Shutdown {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Sinks.Empty<Void> ASKED_FOR = Sinks.empty();

  private static final CountDownLatch TIDY = new CountDownLatch(1);

  private static volatile boolean isAskedFor;

  private Shutdown() {}

  /** From now on the process ends in an orderly way. */
  public static void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::run, "holdfast-shutdown"));
  }

  /** The command has ended, and has nothing left to tidy up. */
  public static void commandEnded() {
    TIDY.countDown();
  }

  /**
   * As {@code work}, but fails with {@link Interrupted} when the process is asked to end. Where one
   * is inside another, the innermost fails, and all around it see that as an error and tidy up:
   * what is cancelled is not waited for.
   */
  public static <T> Mono<T> ends(Mono<T> work) {
    return Mono.deferContextual(
        context -> {
          AtomicInteger around =
              context.<AtomicInteger>getOrEmpty(Shutdown.class).orElseGet(AtomicInteger::new);
          AtomicInteger inside = new AtomicInteger();
          Mono<T> asked =
              ASKED_FOR
                  .asMono()
                  .onErrorResume(ended -> inside.get() > 0 ? Mono.never() : Mono.error(ended))
                  .then(Mono.never());
          // What is cancelled tidies up before anybody hears of the error, and closes what it
          // needs.
          return Mono.firstWithSignal(
                  work.contextWrite(inner -> inner.put(Shutdown.class, inside)), asked)
              .doFirst(around::incrementAndGet)
              .doFinally(signal -> around.decrementAndGet());
        });
  }

  /** True once the process is asked to end: what begins now would only be in the way. */
  public static boolean isAskedFor() {
    return isAskedFor;
  }

  private static void run() {
    isAskedFor = true;
    ASKED_FOR.tryEmitError(new Interrupted()).orThrow();
    try {
      if (!TIDY.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("holdfast: gave up tidying up after " + PATIENCE.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
