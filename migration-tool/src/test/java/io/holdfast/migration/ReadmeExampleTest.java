package io.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.SessionDetails;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    assertThat(run("file:" + state).type()).isEqualTo("step_done");
  }

  private static RecordedEvent run(String url) {
    // tag::example
    UnifiedStorage storage = Holdfast.open(url).block(); // "file:state", "postgresql://host/db"

    LockRequest wish = LockRequest.of(new LockName("nightly-build"), Duration.ofSeconds(30));
    Lease lease = storage.locks().tryAcquire(wish).block();

    storage
        .inTransaction(
            lease, // commits all of it, and only while nobody else has taken the lock
            tx ->
                tx.checkpoints()
                    .append(WORKFLOW, 0, CheckpointContent.of(STEP))
                    .then(
                        tx.events()
                            .append(
                                JOB, ExpectedVersion.any(), List.of(Event.of("step_done", STEP)))))
        .block();

    RecordedEvent first =
        storage.events().subscribe(EventFilter.job(JOB), StartFrom.beginning()).blockFirst();
    // end::example
    consume(storage, first);
    storage.close().block();
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

  @Test
  void is_printed_on_the_front_page() throws IOException {
    assertThat(Files.readString(Path.of("../README.md")))
        .contains(example("example"), example("durable"));
  }

  private static String example(String tag) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/holdfast/migration/ReadmeExampleTest.java"));
    String begin = "// tag::" + tag + "\n";
    return source
        .substring(source.indexOf(begin) + begin.length(), source.indexOf("    // end::" + tag))
        .stripTrailing()
        .stripIndent();
  }
}
