package io.holdfast.postgres;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * A process that is a member of two durable subscriptions at once, until it is killed: one whose
 * handler writes an event a source event, in transactions, and one that notes in a file what it has
 * seen.
 */
public final class DrillMember {

  static final String EXACTLY = "exactly-once";
  static final String AT_LEAST = "at-least-once";
  static final EventFilter SOURCES = EventFilter.all().withTypes("source");

  /** Short, so that a process that was killed is replaced soon. */
  static final Duration LEASE = Duration.ofSeconds(2);

  private static final ConsumeOptions OPTIONS =
      ConsumeOptions.defaults().withLeaseDuration(LEASE).withConcurrency(4).withBatchSize(1_000);

  private DrillMember() {}

  /** Takes the storage's URL and the file. */
  public static void main(String[] arguments) throws IOException {
    UnifiedStorage storage = Objects.requireNonNull(Holdfast.open(arguments[0]).block());
    try (FileOutputStream file = new FileOutputStream(arguments[1], true)) {
      Mono<Void> exactly =
          storage
              .subscription(EXACTLY)
              .consume(SOURCES, OPTIONS, EventHandler.transactional(DrillMember::copy));
      Mono<Void> atLeast =
          storage
              .subscription(AT_LEAST)
              .consume(SOURCES, OPTIONS, EventHandler.plain(event -> note(file, event)));
      var running = Mono.when(exactly, atLeast).subscribe(end -> {}, DrillMember::fail);
      // The parent holds the other end: when it is gone, so are we.
      int end = System.in.read();
      running.dispose();
      Runtime.getRuntime().halt(end < 0 ? 0 : 1);
    }
  }

  private static void fail(Throwable error) {
    error.printStackTrace();
    Runtime.getRuntime().halt(1);
  }

  static JobId copyOf(JobId job) {
    return new JobId("copy-of-" + job);
  }

  private static Mono<Void> copy(StoreSet tx, RecordedEvent event) {
    return tx.events()
        .append(copyOf(event.job()), ExpectedVersion.any(), List.of(Event.of("copy", event.data())))
        .then();
  }

  /** One write a line: what is in the file survives the process. */
  private static Mono<Void> note(FileOutputStream file, RecordedEvent event) {
    String line = System.nanoTime() + " " + event.job() + " " + event.version() + "\n";
    return Mono.fromRunnable(
        () -> {
          try {
            file.write(line.getBytes(StandardCharsets.UTF_8));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
