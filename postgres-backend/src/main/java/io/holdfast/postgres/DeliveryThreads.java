package io.holdfast.postgres;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The threads that hand events or sessions on, and that subscribers may block. They share one
 * queue, which has a place for each subscription at most: of a hundred that are woken together a
 * running thread takes one after the other, so that not each of them costs the waking of a thread.
 */
final class DeliveryThreads implements Executor {

  private static final int THREADS = 10 * Runtime.getRuntime().availableProcessors();
  private static final Duration IDLE = Duration.ofMinutes(1);

  private final String name;
  private final AtomicInteger made = new AtomicInteger();
  private final Sinks.Empty<Void> ended = Sinks.empty();
  private final ThreadPoolExecutor threads;

  /** {@code name} is what their names begin with. */
  DeliveryThreads(String name) {
    this.name = name;
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            this::thread) {
          @Override
          protected void terminated() {
            var unused = ended.tryEmitEmpty();
          }
        };
    threads.allowCoreThreadTimeOut(true);
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, name + made.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** Fails with {@link java.util.concurrent.RejectedExecutionException} once it is closed. */
  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  /**
   * Takes nothing more; completes when all that was taken is done, or else interrupts it after
   * {@code patience}. Not on an event loop: an executor's end takes its locks.
   */
  Mono<Void> close(Duration patience) {
    return aside(threads::shutdown)
        .then(ended.asMono())
        .timeout(patience, aside(threads::shutdownNow));
  }

  private static Mono<Void> aside(Runnable work) {
    return Mono.<Void>fromRunnable(work).subscribeOn(Schedulers.boundedElastic());
  }
}
