package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.Removal;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes to a storage until it is killed, and says on the standard output what was acknowledged:
 * {@code NAME NUMBER}, one line each. Every writer counts on from where it finds itself.
 */
public final class CrashWriter {

  static final List<String> JOBS = List.of("job-0", "job-1", "job-2", "job-3");
  static final String SESSION = "session";

  /** The events of these jobs are of a month that is archived again and again. */
  private static final Set<String> OLD = Set.of("job-0", "job-1");

  private static final Instant LONG_AGO = Instant.parse("2024-03-05T00:00:00Z");
  static final String WORKFLOW = "workflow";
  static final String TRANSACTION = "transaction";
  static final String READY = "ready";

  private final UnifiedStorage storage;
  private final PrintStream output;

  private CrashWriter(UnifiedStorage storage, PrintStream output) {
    this.storage = storage;
    this.output = output;
  }

  /** Takes the directory. A small journal makes for many checkpoints. */
  public static void main(String[] arguments) {
    UnifiedStorage storage =
        FreshDirectory.open(
            FileConfiguration.builder(Path.of(arguments[0]))
                .journalBytes(FileConfiguration.JOURNAL_BYTES_MIN)
                .build());
    CrashWriter writer = new CrashWriter(storage, System.out);
    writer.say(READY, 0);
    writer.write().block();
  }

  private synchronized void say(String name, long number) {
    output.println(name + " " + number);
    output.flush();
  }

  private Mono<Void> write() {
    return Flux.merge(
            Flux.fromIterable(JOBS).flatMap(job -> forEver(job, job(job), this::append)),
            forEver(SESSION, sessionNumber(SESSION), this::updateSession),
            forEver(WORKFLOW, checkpointNumber(WORKFLOW), this::saveCheckpoint),
            forEver(TRANSACTION, sessionNumber(TRANSACTION), this::transact),
            archive())
        .then();
  }

  /** The month of some of the jobs, which grows meanwhile. */
  private Flux<?> archive() {
    return storage
        .events()
        .months()
        .archive(EventMonth.of(LONG_AGO), Removal.CHECKED)
        .onErrorResume(NotFoundException.class, nothingYet -> Mono.empty())
        .repeatWhen(again -> again.delayElements(Duration.ofMillis(100)));
  }

  /** One write with a number. */
  private interface Step {
    Mono<?> write(String name, long number);
  }

  private Flux<Long> forEver(String name, Mono<Long> last, Step step) {
    return last.flatMapMany(
        from ->
            Flux.<Long, Long>generate(
                    () -> from + 1,
                    (number, sink) -> {
                      sink.next(number);
                      return number + 1;
                    })
                .concatMap(
                    number ->
                        step.write(name, number).thenReturn(number).doOnNext(n -> say(name, n)),
                    1));
  }

  private Mono<Long> job(String name) {
    return storage.events().count(EventFilter.job(new JobId(name)));
  }

  private Mono<?> append(String job, long number) {
    // Padding, so that commits have several pages and a torn one is likely.
    Json data = Json.of("{\"n\":" + number + ",\"padding\":\"" + "x".repeat(3_000) + "\"}");
    return storage
        .events()
        .append(
            new JobId(job),
            ExpectedVersion.exactly(number - 1),
            List.of(
                new Event("step", data, EventOrigin.UNKNOWN, OLD.contains(job) ? LONG_AGO : null)));
  }

  static Mono<Long> sessionNumber(StoreSet stores, String id) {
    return stores
        .sessions()
        .find(new SessionId(id))
        .map(session -> session.details().data().tree().get("n").longValue())
        .defaultIfEmpty(0L);
  }

  private Mono<Long> sessionNumber(String id) {
    return sessionNumber(storage, id);
  }

  private Mono<?> updateSession(String id, long number) {
    return writeSession(storage, id, number);
  }

  private static Mono<Session> writeSession(StoreSet stores, String id, long number) {
    SessionId session = new SessionId(id);
    SessionDetails details = SessionDetails.of("crash", "test", number(number));
    return stores
        .sessions()
        .find(session)
        .flatMap(there -> stores.sessions().update(there.withDetails(details)))
        .switchIfEmpty(Mono.defer(() -> stores.sessions().create(session, details)));
  }

  private Mono<Long> checkpointNumber(String workflow) {
    return storage
        .checkpoints()
        .findLatest(new WorkflowId(workflow))
        .map(checkpoint -> checkpoint.version())
        .defaultIfEmpty(0L);
  }

  private Mono<?> saveCheckpoint(String workflow, long number) {
    WorkflowId id = new WorkflowId(workflow);
    return storage
        .checkpoints()
        .append(id, number - 1, CheckpointContent.of(number(number)))
        .flatMap(saved -> storage.checkpoints().prune(id, CheckpointRetention.last(20)));
  }

  /** The same number to every store; and what the one before created goes away. */
  private Mono<?> transact(String name, long number) {
    return storage.inTransaction(
        tx ->
            writeSession(tx, name, number)
                .then(
                    tx.events()
                        .append(
                            new JobId(name),
                            ExpectedVersion.exactly(number - 1),
                            List.of(Event.of("step", number(number)))))
                .then(
                    tx.checkpoints()
                        .append(
                            new WorkflowId(name), number - 1, CheckpointContent.of(number(number))))
                .then(tx.sessions().delete(new SessionId(mark(number - 1))))
                .then(writeSession(tx, mark(number), number)));
  }

  static String mark(long number) {
    return "mark-" + number;
  }

  private static Json number(long number) {
    return Objects.requireNonNull(Json.of("{\"n\":" + number + "}"));
  }
}
