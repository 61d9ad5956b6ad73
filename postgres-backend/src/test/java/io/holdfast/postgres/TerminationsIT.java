package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Ends every back end of the storage, once a second, while it appends and is followed: what was
 * acknowledged is there once, and the subscriptions have seen it by themselves.
 */
class TerminationsIT {

  private static final int WRITERS = 8;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String APPLICATION = "terminated";

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void ten_seconds_of_terminated_back_ends_lose_nothing() {
    drill(Duration.ofSeconds(10));
  }

  @Test
  @Tag("soak")
  void a_minute_of_terminated_back_ends_loses_nothing() {
    drill(Duration.ofMinutes(1));
  }

  private static void drill(Duration duration) {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl() + "&application_name=" + APPLICATION);
    Mono<List<RecordedEvent>> everything = follow(storage, EventFilter.all());
    Mono<List<RecordedEvent>> oneWriter = follow(storage, EventFilter.job(job(3)));
    Mono<List<RecordedEvent>> late =
        follow(storage, EventFilter.all()).delaySubscription(duration.dividedBy(2));
    Mono<Long> terminations =
        Flux.interval(Duration.ofSeconds(1))
            .take(duration)
            .concatMap(second -> terminateAll())
            .count();
    Mono<List<String>> acknowledged =
        Flux.range(0, WRITERS)
            .flatMap(writer -> write(storage, writer, duration), WRITERS)
            .collectList()
            .flatMap(all -> writeEnds(storage).thenReturn(all));

    var seen =
        Objects.requireNonNull(
            Mono.zip(everything, oneWriter, late, acknowledged, terminations).block(PATIENCE));

    assertThat(seen.getT5()).isGreaterThanOrEqualTo(duration.toSeconds() - 2);
    assertThat(seen.getT4()).as("the drill has written").hasSizeGreaterThan(200);
    assertThat(ids(seen.getT1()))
        .as("each acknowledged event once, and no other")
        .containsExactlyInAnyOrderElementsOf(seen.getT4());
    assertThat(seen.getT3()).isEqualTo(seen.getT1());
    assertThat(seen.getT2())
        .isEqualTo(seen.getT1().stream().filter(event -> event.job().equals(job(3))).toList());
    requireVersionsWithoutHoles(seen.getT1());
  }

  /** Everything up to the last event of each writer. */
  private static Mono<List<RecordedEvent>> follow(UnifiedStorage storage, EventFilter filter) {
    return Mono.defer(
        () -> {
          AtomicInteger ends = new AtomicInteger(filter.jobs().isEmpty() ? WRITERS : 1);
          return storage
              .events()
              .subscribe(filter, StartFrom.beginning())
              .takeUntil(event -> isEnd(event) && ends.decrementAndGet() == 0)
              .filter(event -> !isEnd(event))
              .collectList();
        });
  }

  private static boolean isEnd(RecordedEvent event) {
    return event.type().equals("end");
  }

  /** One after the other, each until it is acknowledged; under which ids. */
  private static Flux<String> write(UnifiedStorage storage, int writer, Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    return Flux.<Integer, Integer>generate(
            () -> 0,
            (n, sink) -> {
              if (System.nanoTime() < end) {
                sink.next(n);
              } else {
                sink.complete();
              }
              return n + 1;
            })
        .concatMap(n -> append(storage, writer, writer + "-" + n, "step"), 1);
  }

  private static Mono<Void> writeEnds(UnifiedStorage storage) {
    return Flux.range(0, WRITERS)
        .concatMap(writer -> append(storage, writer, "end-" + writer, "end"))
        .then();
  }

  /** The same batch again and again: it cannot apply twice. */
  private static Mono<String> append(UnifiedStorage storage, int writer, String id, String type) {
    Event event = Event.of(type, Json.EMPTY).withId(id);
    EventBatch batch = EventBatch.of(job(writer), ExpectedVersion.any(), List.of(event));
    return Mono.defer(() -> storage.events().append(batch))
        .retryWhen(
            Retry.fixedDelay(1_000, Duration.ofMillis(20))
                .filter(UnavailableException.class::isInstance))
        .thenReturn(id);
  }

  private static JobId job(int writer) {
    return new JobId("job-" + writer);
  }

  private static List<String> ids(List<RecordedEvent> events) {
    return events.stream()
        .map(event -> Objects.requireNonNull(event.event().origin().id()))
        .toList();
  }

  private static void requireVersionsWithoutHoles(List<RecordedEvent> events) {
    Map<JobId, Long> versions = new HashMap<>();
    for (RecordedEvent event : events) {
      assertThat(event.version()).isEqualTo(versions.merge(event.job(), 1L, Long::sum));
    }
  }

  private static Mono<Integer> terminateAll() {
    return Mono.fromCallable(TerminationsIT::terminate).subscribeOn(Schedulers.boundedElastic());
  }

  private static int terminate() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = '"
              + APPLICATION
              + "'");
      return 1;
    }
  }
}
