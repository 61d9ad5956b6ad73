package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.TransactionOptions;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.WorkflowDetails;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How often an operation waits for the network. */
class RoundTripsIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final WorkflowId WORKFLOW = new WorkflowId("workflow");
  private static final JobId JOB = new JobId("job");
  private static final Json DATA = Json.of("{\"step\":1}");
  private static final int TIMES = 8;

  private CountingProxy proxy;
  private UnifiedStorage storage;
  private Session session;

  @BeforeEach
  void open_through_a_proxy() throws IOException {
    HostPort server = HostPort.parse(PostgresUrl.parse(SERVER.currentUrl()).hosts().get(0));
    proxy = new CountingProxy(server.host(), server.port());
    String url = SERVER.currentUrl().replaceFirst("@[^/]*/", "@localhost:" + proxy.port() + "/");
    storage = SERVER.open(url + "&connections=1");
    session =
        Await.value(
            storage
                .sessions()
                .create(new SessionId("s"), SessionDetails.of("build", "repository", DATA)));
    Await.value(storage.workflows().create(WORKFLOW, WorkflowDetails.of("w", DATA)));
    // So that the clauses of every statement are prepared, and months and batches known.
    for (int i = 0; i < 3; i++) {
      Await.done(completeStep(TransactionOptions.DEFAULT, i, Mono::when));
    }
  }

  @AfterEach
  void close() throws IOException {
    SERVER.closeAll();
    proxy.close();
  }

  private Mono<Void> completeStep(
      TransactionOptions options, long checkpoint, Function<List<Mono<?>>, Mono<Void>> how) {
    Failure failure = new Failure(1, Instant.now(), "Timeout", "no answer", DATA);
    DeadLetterKey letter = new DeadLetterKey(JOB, new ItemId("i-" + checkpoint));
    return storage.inTransaction(
        options,
        tx ->
            how.apply(
                List.of(
                    tx.checkpoints().append(WORKFLOW, checkpoint, CheckpointContent.of(DATA)),
                    tx.events().append(JOB, ExpectedVersion.any(), List.of(Event.of("step", DATA))),
                    tx.sessions().update(session).doOnNext(next -> session = next),
                    tx.deadLetters().add(letter, DATA, failure))));
  }

  /** The fewest of several: a client that is held up between two questions seems to wait. */
  private int trips(Function<Integer, Publisher<?>> operation) {
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < TIMES; i++) {
      int before = proxy.roundTrips();
      assertThat(before).isNotNegative();
      Await.done(operation.apply(3 + i));
      fewest = Math.min(fewest, proxy.roundTrips());
    }
    return fewest;
  }

  @Test
  void four_stores_in_one_commit_take_six() {
    assertThat(
            trips(
                i ->
                    completeStep(
                        TransactionOptions.DEFAULT, i, writes -> Flux.concat(writes).then())))
        .as("BEGIN, one each, COMMIT")
        .isEqualTo(6);
  }

  /** A driver that sends them together would do it in three; this one does not yet. */
  @Test
  void asked_together_they_take_no_more() {
    assertThat(trips(i -> completeStep(TransactionOptions.DEFAULT, i, Mono::when))).isBetween(3, 6);
  }

  @Test
  void a_time_out_costs_none() {
    TransactionOptions hasty = TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(20));

    assertThat(trips(i -> completeStep(hasty, i, writes -> Flux.concat(writes).then())))
        .isEqualTo(6);
  }

  @Test
  void single_operations_take_one() {
    assertThat(trips(i -> storage.sessions().get(session.id()))).isEqualTo(1);
    assertThat(trips(i -> storage.sessions().update(session).doOnNext(next -> session = next)))
        .isEqualTo(1);
    assertThat(trips(i -> storage.workflows().start(WORKFLOW, new ExecutionId("e" + i), DATA)))
        .isEqualTo(1);
    assertThat(trips(i -> storage.workflows().summary(WORKFLOW))).isEqualTo(1);
    assertThat(trips(i -> storage.checkpoints().append(WORKFLOW, i, CheckpointContent.of(DATA))))
        .isEqualTo(1);
    assertThat(trips(i -> storage.checkpoints().findLatest(WORKFLOW))).isEqualTo(1);
  }
}
