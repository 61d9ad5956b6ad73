package io.holdfast.contract;

import static io.holdfast.contract.Consuming.OPTIONS;
import static io.holdfast.contract.Consuming.append;
import static io.holdfast.contract.Consuming.awaitProcessed;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.contract.Consuming.Seen;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.EventHandler;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Transactional handlers: writes and progress together, exactly once. */
@SuppressWarnings("try") // Members work in the background until their block ends.
public interface ConsumeTransactionContract extends StorageContract {

  /** How many jobs there are. */
  int JOBS = 12;

  private static EventFilter sources() {
    Set<JobId> jobs = new HashSet<>();
    IntStream.range(0, JOBS).forEach(i -> jobs.add(job(i)));
    return EventFilter.all().withJobs(jobs);
  }

  private static JobId copyOf(JobId job) {
    return new JobId("copy of " + job);
  }

  /** Writes an event that tells which one it is the copy of. */
  private static Mono<Void> copy(StoreSet tx, RecordedEvent event) {
    return tx.events()
        .append(copyOf(event.job()), ExpectedVersion.any(), List.of(event((int) event.version())))
        .then();
  }

  private void requireCopied(int rounds) {
    for (int i = 0; i < JOBS; i++) {
      assertThat(Await.all(storage().events().read(EventQuery.job(copyOf(job(i))))))
          .as("every event of job %s once, in order", i)
          .extracting(copy -> Samples.number(copy.data()))
          .isEqualTo(IntStream.rangeClosed(1, rounds).boxed().toList());
    }
  }

  @Test
  default void each_event_is_handled_exactly_once() {
    Position last = append(storage(), JOBS, 10);
    EventHandler handler = EventHandler.transactional(ConsumeTransactionContract::copy);
    try (Consuming one = Consuming.start(storage(), sources(), OPTIONS, handler);
        Consuming two = Consuming.start(storage(), sources(), OPTIONS, handler)) {
      awaitProcessed(storage(), last);
    }

    requireCopied(10);
  }

  /** Members come and go, in the middle of what they do. */
  @Test
  default void members_that_are_stopped_anywhere_double_nothing_and_lose_nothing() {
    Position last = append(storage(), JOBS, 1);
    for (int round = 0; round < 6; round++) {
      last = append(storage(), JOBS, 3);
      Seen seen = new Seen();
      EventHandler handler =
          EventHandler.transactional(
              (tx, event) -> copy(tx, event).then(Mono.fromRunnable(() -> seen.add(event))));
      try (Consuming member =
          Consuming.start(storage(), sources(), OPTIONS.withBatchSize(7), handler)) {
        seen.awaitCount(4 + 3 * round);
      }
    }
    try (Consuming member =
        Consuming.start(
            storage(),
            sources(),
            OPTIONS,
            EventHandler.transactional(ConsumeTransactionContract::copy))) {
      awaitProcessed(storage(), last);
    }

    requireCopied(19);
  }

  @Test
  default void several_events_are_one_transaction_where_nothing_fails() {
    Position last = append(storage(), 1, 20);
    Set<StoreSet> transactions = new HashSet<>();
    Seen seen = new Seen();
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) ->
                Mono.fromRunnable(
                    () -> {
                      seen.add(event);
                      synchronized (transactions) {
                        transactions.add(tx);
                      }
                    }));
    try (Consuming member = Consuming.start(storage(), handler)) {
      awaitProcessed(storage(), last);
    }

    assertThat(seen.count()).isEqualTo(20);
    assertThat(transactions).as("fewer than events").hasSizeLessThan(20);
  }

  /** What is under way when it is cancelled is rolled back. */
  @Test
  default void cancelling_rolls_back_what_is_under_way() {
    Position last = append(storage(), 1, 1);
    Sinks.One<Boolean> written = Sinks.one();
    EventHandler stuck =
        EventHandler.transactional(
            (tx, event) ->
                tx.sessions()
                    .create(new SessionId("half"), Samples.details(1))
                    .doOnNext(session -> written.tryEmitValue(true))
                    .then(Mono.never()));
    try (Consuming member = Consuming.start(storage(), stuck)) {
      assertThat(Await.value(written.asMono())).isTrue();
    }
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), last);
    }

    assertThat(seen.count()).isEqualTo(1);
    assertThat(Await.maybe(storage().sessions().find(new SessionId("half")))).isEmpty();
  }
}
