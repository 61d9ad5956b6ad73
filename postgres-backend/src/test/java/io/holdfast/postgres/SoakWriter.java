package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process that appends as fast as it can, in every way there is, and writes down the position of
 * every event that was acknowledged.
 */
final class SoakWriter {

  private static final int CALLERS = 96;
  private static final int OWN_JOBS = 100;
  private static final int SHARED_JOBS = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final List<Event> ONE = List.of(Event.of("step", Json.of("{\"ok\":true}")));

  private final UnifiedStorage storage;
  private final String name;
  private final Queue<AppendResult> acknowledged = new ConcurrentLinkedQueue<>();

  private SoakWriter(UnifiedStorage storage, String name) {
    this.storage = storage;
    this.name = name;
  }

  /** URL, name, seconds, file for the positions. */
  public static void main(String[] arguments) throws IOException {
    UnifiedStorage storage = Holdfast.open(arguments[0]).blockOptional(PATIENCE).orElseThrow();
    SoakWriter writer = new SoakWriter(storage, arguments[1]);
    writer.run(Duration.ofSeconds(Integer.parseInt(arguments[2])));
    storage.close().block(PATIENCE);
    writer.save(Path.of(arguments[3]));
  }

  private void run(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    Flux.range(0, CALLERS)
        .flatMap(caller -> Mono.defer(this::step).repeat(() -> System.nanoTime() < end), CALLERS)
        .blockLast(PATIENCE);
  }

  private void save(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (AppendResult result : acknowledged) {
        for (AppendResult.Appended event : result.events()) {
          out.writeLong(Positions.number(event.position()));
        }
      }
    }
  }

  private Mono<Void> step() {
    int kind = ThreadLocalRandom.current().nextInt(100);
    if (kind < 86) {
      return storage
          .events()
          .append(job(), ExpectedVersion.any(), ONE)
          .doOnNext(acknowledged::add)
          .then();
    }
    if (kind < 91) {
      return storage.events().append(batch()).doOnNext(acknowledged::add).then();
    }
    return kind < 96 ? guess() : transaction();
  }

  /** One in five belongs to all writers. */
  private JobId job() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return random.nextInt(5) == 0
        ? new JobId("shared-" + random.nextInt(SHARED_JOBS))
        : new JobId(name + "-" + random.nextInt(OWN_JOBS));
  }

  private EventBatch batch() {
    List<JobEvents> parts =
        Stream.generate(this::job)
            .distinct()
            .limit(3)
            .map(job -> new JobEvents(job, ExpectedVersion.any(), ONE))
            .toList();
    return new EventBatch(BatchId.unique(), parts);
  }

  /** Mostly wrong, which must hurt nobody else. */
  private Mono<Void> guess() {
    int version = 1 + ThreadLocalRandom.current().nextInt(200);
    return storage
        .events()
        .append(job(), ExpectedVersion.exactly(version), ONE)
        .doOnNext(acknowledged::add)
        .then()
        .onErrorResume(ConflictException.class, conflict -> Mono.empty());
  }

  /** Two appends in a transaction; one in ten changes its mind. */
  private Mono<Void> transaction() {
    boolean rollBack = ThreadLocalRandom.current().nextInt(10) == 0;
    return storage
        .inTransaction(
            tx ->
                tx.events()
                    .append(job(), ExpectedVersion.any(), ONE)
                    .flatMap(
                        first ->
                            rollBack
                                ? Mono.<List<AppendResult>>error(new ChangedMind())
                                : tx.events()
                                    .append(new JobId(name + "-tx"), ExpectedVersion.any(), ONE)
                                    .map(second -> List.of(first, second))))
        .doOnNext(acknowledged::addAll)
        .then()
        .onErrorResume(ChangedMind.class, changed -> Mono.empty())
        .onErrorResume(ConflictException.class, conflict -> Mono.empty());
  }

  /** What a transaction that rolls back throws. */
  private static final class ChangedMind extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
