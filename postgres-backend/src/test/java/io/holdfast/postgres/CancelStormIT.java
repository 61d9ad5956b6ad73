package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.SessionDetails;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Cancels operations at random moments. A driver that is cancelled at the wrong one keeps a
 * connection that never answers again; afterwards every connection of the pool has to.
 */
class CancelStormIT {

  private static final int CANCELS = 4_000;
  private static final int AT_ONCE = 32;
  private static final int CONNECTIONS = 8;
  private static final long SEED = 20261120;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void every_connection_answers_after_a_storm_of_cancels() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl() + "&connections=" + CONNECTIONS);
    Random random = new Random(SEED);

    Flux.range(0, CANCELS)
        .flatMap(n -> cancelled(operation(storage, random, n), random), AT_ONCE)
        .blockLast(PATIENCE);

    // As many transactions at once as there are connections: one that is lost would be missed.
    List<Integer> answers =
        Flux.range(0, CONNECTIONS)
            .flatMap(
                n ->
                    storage.inTransaction(
                        tx ->
                            tx.sessions()
                                .find(new SessionId("s"))
                                .then(Mono.delay(Duration.ofMillis(50)))
                                .thenReturn(n)),
                CONNECTIONS)
            .collectList()
            .block(PATIENCE);
    assertThat(answers).hasSize(CONNECTIONS);
    assertThat(storage.health().block(PATIENCE).healthy()).isTrue();
  }

  /** Lets it run for up to three milliseconds; an operation may also have ended, well or badly. */
  private static Mono<Void> cancelled(Publisher<?> operation, Random random) {
    Duration after = Duration.ofNanos(random.nextInt(3_000_000));
    return Flux.from(operation)
        .takeUntilOther(Mono.delay(after))
        .onErrorResume(io.holdfast.ConflictException.class, error -> Mono.empty())
        .then();
  }

  private static Publisher<?> operation(UnifiedStorage storage, Random random, int n) {
    JobId job = new JobId("job-" + random.nextInt(20));
    Event event = Event.of("step", Json.of("{\"n\":" + n + "}"));
    return switch (random.nextInt(9)) {
      case 0 -> storage.events().append(job, ExpectedVersion.any(), List.of(event));
      case 1 -> storage.events().read(EventQuery.forward(EventFilter.all()).limit(500));
      case 2 -> storage.events().subscribe(EventFilter.all(), StartFrom.beginning());
      case 3 -> storage.events().appendAll(bulk(job, event));
      case 4 ->
          storage
              .sessions()
              .create(new SessionId("s-" + n), SessionDetails.of("t", "r", Json.EMPTY));
      case 5 ->
          storage
              .checkpoints()
              .append(new WorkflowId("w-" + n), 0, CheckpointContent.of(Json.EMPTY));
      case 6 -> storage.locks().tryAcquire(lock(n));
      case 7 -> storage.deadLetters().claim(ClaimRequest.of("me", Duration.ofSeconds(1), 10));
      default ->
          storage.inTransaction(
              tx ->
                  tx.events()
                      .append(job, ExpectedVersion.any(), List.of(event))
                      .then(tx.locks().tryAcquire(lock(n))));
    };
  }

  private static LockRequest lock(int n) {
    return LockRequest.of(new LockName("lock-" + n), Duration.ofSeconds(1));
  }

  private static Flux<JobEvent> bulk(JobId job, Event event) {
    return Flux.fromIterable(Collections.nCopies(200, new JobEvent(job, event)));
  }
}
