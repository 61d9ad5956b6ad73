package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** Handlers whose transaction the server ends. */
class SlowConsumerIT {

  private static final String APPLICATION = "slow";
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final ConsumeOptions ONCE =
      ConsumeOptions.defaults().withFailures(FailurePolicy.DEFAULT.withAttempts(1));

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  /** A transaction may be idle, and a statement run, for half a second. */
  private static UnifiedStorage open() {
    return SERVER.closing(
        Await.value(
            PostgresStorage.create(
                PostgresUrl.builder(SERVER.currentUrl() + "&application_name=" + APPLICATION)
                    .statementTimeout(TIMEOUT)
                    .build())));
  }

  /** Handles two events, of which the first is the special one; what is with the dead letters. */
  private static List<DeadLetter> handled(UnifiedStorage storage, EventHandler handler) {
    Position last =
        Await.value(
                storage
                    .events()
                    .append(
                        new JobId("job"),
                        ExpectedVersion.none(),
                        List.of(Event.of("special", Json.EMPTY), Event.of("other", Json.EMPTY))))
            .last()
            .position();
    var subscription = storage.subscription("slow");
    Disposable member = subscription.consume(EventFilter.all(), ONCE, handler).subscribe();
    Await.done(patiently(subscription.awaitProcessed(last)));
    member.dispose();
    return Await.value(patiently(storage.deadLetters().list(DeadLetterFilter.all()).collectList()));
  }

  /** What looks on from outside meets the server that goes under way, too. */
  private static <T> Mono<T> patiently(Mono<T> look) {
    return look.retryWhen(
        Retry.fixedDelay(200, Duration.ofMillis(50))
            .filter(UnavailableException.class::isInstance));
  }

  private static void requireSpecial(List<DeadLetter> letters) {
    assertThat(letters).hasSize(1);
    assertThat(RecordedEvent.KIND.decode(letters.get(0).data()).type()).isEqualTo("special");
    assertThat(letters.get(0).lastFailure().errorType())
        .isEqualTo(UnavailableException.class.getName());
  }

  private static Mono<Void> think() {
    return Mono.delay(TIMEOUT.multipliedBy(2)).then();
  }

  private static Mono<Void> look(StoreSet tx) {
    return tx.deadLetters().list(DeadLetterFilter.all()).then();
  }

  @Test
  void an_event_whose_handler_thinks_for_too_long_is_with_the_dead_letters() {
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) ->
                event.type().equals("special") ? look(tx).then(think()).then(look(tx)) : look(tx));

    requireSpecial(handled(open(), handler));
  }

  @Test
  void also_when_only_the_commit_is_left() {
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) -> event.type().equals("special") ? think() : look(tx));

    requireSpecial(handled(open(), handler));
  }

  @Test
  void a_server_that_goes_under_way_costs_no_event_though_it_is_tried_only_once() {
    AtomicInteger times = new AtomicInteger();
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) ->
                event.type().equals("special") && times.incrementAndGet() <= 2
                    ? cutEverything().then(look(tx))
                    : look(tx));

    assertThat(handled(open(), handler)).isEmpty();
    assertThat(times).hasValue(3);
  }

  private static Mono<Void> cutEverything() {
    return Mono.<Void>fromCallable(
            () -> {
              terminateAll();
              return null;
            })
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static void terminateAll() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = '"
              + APPLICATION
              + "'");
    }
  }
}
