package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections that break under way. */
class OutageIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JobId JOB = new JobId("job");
  private static final int EVENTS = 200;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void appends_and_subscriptions_survive_the_loss_of_every_connection() throws Exception {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl() + "&application_name=outage");
    Mono<List<RecordedEvent>> tail =
        storage
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .take(EVENTS)
            .collectList();
    Mono<Void> appends =
        Flux.range(0, EVENTS)
            .concatMap(n -> (n % 40 == 20 ? cutEverything() : Mono.empty()).then(append(storage)))
            .then();

    List<RecordedEvent> seen = Mono.zip(tail, appends.thenReturn(true)).block(PATIENCE).getT1();

    assertThat(seen)
        .extracting(RecordedEvent::version)
        .as("each acknowledged event once, in order, though appends were repeated")
        .containsExactlyElementsOf(
            java.util.stream.LongStream.rangeClosed(1, EVENTS).boxed().toList());
  }

  @Test
  void a_server_that_does_not_answer_is_unavailable() {
    assertThatThrownBy(
            () -> Holdfast.open("postgresql://nobody:pw@localhost:1/none").block(PATIENCE))
        .isInstanceOf(UnavailableException.class)
        .hasMessageNotContaining("pw@");
  }

  private static Mono<?> append(UnifiedStorage storage) {
    return storage.events().append(JOB, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)));
  }

  private static Mono<Void> cutEverything() {
    return Mono.<Void>fromCallable(
            () -> {
              terminateAll();
              return null;
            })
        .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic());
  }

  private static void terminateAll() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'outage'");
    }
  }
}
