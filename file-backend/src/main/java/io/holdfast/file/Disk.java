package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Moves blocking calls off the caller's thread; the only class that does. Its threads are shared by
 * all readers and see every result out; the write turn, the writer and the checkpoints have one
 * each, so that a caller who blocks in a callback cannot stop them.
 */
final class Disk {

  private static final int READERS = 8;

  private final Path root;
  private final ScheduledExecutorService readers = threads("holdfast-file", READERS);
  private final ScheduledExecutorService turn = threads("holdfast-file-turn", 1);
  private final ScheduledExecutorService writer = threads("holdfast-file-writer", 1);
  private final ScheduledExecutorService keeper = threads("holdfast-file-keeper", 1);
  private final Scheduler scheduler = Schedulers.fromExecutorService(readers, "holdfast-file");
  private volatile boolean closed;

  Disk(Path root) {
    this.root = root;
  }

  private static ScheduledExecutorService threads(String name, int count) {
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(
            count,
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.setKeepAliveTime(2, TimeUnit.SECONDS);
    threads.allowCoreThreadTimeOut(true);
    threads.setRemoveOnCancelPolicy(true);
    return threads;
  }

  /** Where results are handed to callers, and where readers work. */
  Scheduler scheduler() {
    return scheduler;
  }

  /** Runs {@code work} once a subscription. */
  <T> Mono<T> run(Callable<? extends T> work) {
    return Mono.<T>fromCallable(work).subscribeOn(scheduler).onErrorMap(this::translate);
  }

  /**
   * As {@link #run}, but to its end, whether or not somebody still waits for it: a cancel
   * interrupts, and that closes a file that is being written.
   */
  <T> Mono<T> complete(Callable<? extends T> work) {
    return Mono.<T>create(
            sink -> {
              var unused = scheduler.schedule(() -> finish(work, sink));
            })
        .onErrorMap(this::translate);
  }

  private static <T> void finish(Callable<? extends T> work, MonoSink<T> sink) {
    try {
      sink.success(work.call());
    } catch (Exception | Error e) {
      sink.error(e);
    }
  }

  /** What {@code pages} reads, a page whenever the one before has been taken. */
  <T> Flux<T> pages(Callable<? extends PageSource<T>> pages) {
    return Flux.<Page<T>, Supplier<PageSource<T>>>generate(
            () -> lazily(pages),
            (source, sink) -> {
              Page<T> page = readPage(source.get());
              sink.next(page);
              if (page.last()) {
                sink.complete();
              }
              return source;
            })
        .subscribeOn(scheduler)
        .<T>concatMapIterable(Page::items, 1)
        .onErrorMap(this::translate);
  }

  private <T> Page<T> readPage(PageSource<T> source) {
    requireOpen();
    try {
      return source.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps the blocking part out of the subscription. */
  private static <T> Supplier<PageSource<T>> lazily(Callable<? extends PageSource<T>> pages) {
    return new Supplier<>() {
      private List<PageSource<T>> made = List.of();

      @Override
      public PageSource<T> get() {
        if (made.isEmpty()) {
          made = List.of(call(pages));
        }
        return made.get(0);
      }
    };
  }

  private static <T> T call(Callable<? extends T> work) {
    try {
      return work.call();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs {@code work} on the one thread of the write turn; false once the disk is closed. */
  @CanIgnoreReturnValue
  boolean onTurn(Runnable work) {
    return execute(turn, work);
  }

  /** Runs {@code work} on the one thread that writes; false once the disk is closed. */
  @CanIgnoreReturnValue
  boolean onWriter(Runnable work) {
    return execute(writer, work);
  }

  /** Runs {@code work} on the one thread that makes checkpoints; false once the disk is closed. */
  @CanIgnoreReturnValue
  boolean onKeeper(Runnable work) {
    return execute(keeper, work);
  }

  /** Runs {@code work} on a reader's thread; false once the disk is closed. */
  @CanIgnoreReturnValue
  boolean onReader(Runnable work) {
    return execute(readers, work);
  }

  private static boolean execute(ScheduledExecutorService threads, Runnable work) {
    try {
      threads.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** From now on readers fail; what was handed out is finished. */
  void close() {
    closed = true;
  }

  /**
   * Lets the threads go once they have finished what they were given. Readers have to say that the
   * storage is closed for as long as somebody asks; their threads end when nobody does.
   */
  void shutdown() {
    turn.shutdown();
    writer.shutdown();
    keeper.shutdown();
  }

  void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  UnavailableException closed() {
    return new UnavailableException("The storage in " + root + " is closed");
  }

  /** The one place where an I/O error becomes a storage error. */
  Throwable translate(Throwable failure) {
    if (failure instanceof StorageException) {
      return failure;
    }
    Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
    if (cause instanceof IOException) {
      return new UnavailableException("Cannot use " + root + ": " + cause, cause);
    }
    return failure instanceof RejectedExecutionException ? closed() : failure;
  }

  /** Makes a file's content, or a directory's names, survive a loss of power. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Makes the directory, and those above it, so that they survive a loss of power; returns the ones
   * that got a new name in them.
   */
  @CanIgnoreReturnValue
  static List<Path> makeDirectory(Path directory) throws IOException {
    List<Path> changed = new ArrayList<>();
    Path missing = directory;
    while (missing != null && !Files.isDirectory(missing)) {
      missing = missing.getParent();
      if (missing != null) {
        changed.add(missing);
      }
    }
    Files.createDirectories(directory);
    for (Path path : changed) {
      force(path);
    }
    return changed;
  }
}
