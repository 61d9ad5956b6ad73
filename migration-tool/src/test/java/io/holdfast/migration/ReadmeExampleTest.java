package io.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.TransactionOptions;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** The example of the front page compiles, runs, and is printed there to the letter. */
class ReadmeExampleTest {

  private static final JobId JOB = new JobId("build-42");
  private static final WorkflowId WORKFLOW = new WorkflowId("nightly-build");
  private static final Json STEP = Json.of("{\"step\": \"compile\", \"success\": true}");

  @Test
  void runs(@TempDir Path state) {
    String url = "file:" + state;
    RecordedEvent first = run(url);
    assertThat(first.type()).isEqualTo("step_done");
    assertThat(run(url)).as("runs again").isEqualTo(first);

    UnifiedStorage storage = Holdfast.open(url).block();
    consume(storage, first);
    completeSteps(storage);
    storage.close().block();
  }

  private static RecordedEvent run(String url) {
    // tag::example
    UnifiedStorage storage = Holdfast.open(url).block(); // "file:state", "postgresql://host/db"

    LockRequest wish = LockRequest.of(new LockName("nightly-build"), Duration.ofSeconds(30));
    Lease lease = storage.locks().tryAcquire(wish).block();
    Optional<Checkpoint> latest = storage.checkpoints().findLatest(WORKFLOW).blockOptional();
    long version = latest.map(Checkpoint::version).orElse(0L);

    storage
        .inTransaction(
            lease, // commits all of it, and only while nobody else has taken the lock
            tx ->
                tx.checkpoints()
                    .append(WORKFLOW, version, CheckpointContent.of(STEP))
                    .then(
                        tx.events()
                            .append(
                                JOB, ExpectedVersion.any(), List.of(Event.of("step_done", STEP)))))
        .block();

    RecordedEvent first =
        storage.events().subscribe(EventFilter.job(JOB), StartFrom.beginning()).blockFirst();

    storage.locks().release(lease).then(storage.close()).block();
    // end::example
    return first;
  }

  private static final SessionDetails INVOICE = SessionDetails.of("invoice", "nightly", Json.EMPTY);

  private static SessionId invoiceOf(RecordedEvent event) {
    return new SessionId("invoice-" + event.job() + "-" + event.version());
  }

  private static void consume(UnifiedStorage storage, RecordedEvent first) {
    // tag::durable
    Mono<Void> billing =
        storage
            .subscription("billing")
            .consume(
                EventFilter.all().withTypes("step_done"),
                ConsumeOptions.defaults().withFailures(FailurePolicy.DEFAULT.holdingJobs()),
                EventHandler.transactional( // the write and the progress commit together
                    (tx, event) -> tx.sessions().create(invoiceOf(event), INVOICE).then()));
    Disposable member = billing.subscribe(); // works until it is disposed of

    storage.subscription("billing").awaitProcessed(first.position()).block();
    // end::durable
    member.dispose();
    assertThat(storage.sessions().find(invoiceOf(first)).block()).isNotNull();
  }

  private static void completeSteps(UnifiedStorage storage) {
    Session session = storage.sessions().create(new SessionId("run-1"), INVOICE).block();
    Checkpoint latest = storage.checkpoints().findLatest(WORKFLOW).block();
    completeStep(storage, session, latest, List.of()).block();
    Failure failure = new Failure(1, Instant.now(), "Timeout", "no answer", Json.EMPTY);
    completeStep(
            storage,
            storage.sessions().get(session.id()).block(),
            storage.checkpoints().findLatest(WORKFLOW).block(),
            List.of(new FailedItem(new ItemId("item-7"), failure)))
        .block();
    assertThat(storage.sessions().get(session.id()).block().details().progress().done())
        .isEqualTo(2);
    assertThat(storage.deadLetters().get(new DeadLetterKey(JOB, new ItemId("item-7"))).block())
        .isNotNull();
  }

  /** A work item that went wrong. */
  record FailedItem(ItemId id, Failure failure) {}

  // tag::step
  /** One step further: all of it is kept, or none of it, and nobody has written in between. */
  static Mono<Void> completeStep(
      UnifiedStorage storage, Session session, Checkpoint latest, List<FailedItem> failed) {
    Progress progress = session.details().progress();
    Progress next = new Progress(progress.done() + 1, progress.total());
    return storage.inTransaction(
        TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(5)),
        tx -> {
          List<Mono<?>> writes = new ArrayList<>();
          writes.add(
              tx.checkpoints().append(WORKFLOW, latest.version(), CheckpointContent.of(STEP)));
          writes.add(
              tx.events().append(JOB, ExpectedVersion.any(), List.of(Event.of("step_done", STEP))));
          writes.add(
              tx.sessions().update(session.withDetails(session.details().withProgress(next))));
          for (FailedItem item : failed) {
            writes.add(
                tx.deadLetters().add(new DeadLetterKey(JOB, item.id()), STEP, item.failure()));
          }
          return Mono.when(writes); // in this order; if one fails, none is kept
        });
  }

  // end::step

  @Test
  void is_printed_on_the_front_page() throws IOException {
    Printed printed = Printed.in(getClass());
    assertThat(Files.readString(Path.of("../README.md")))
        .contains(printed.example("example"), printed.example("durable"), printed.example("step"));
  }
}
