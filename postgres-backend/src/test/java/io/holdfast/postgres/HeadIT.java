package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What many live subscriptions cost the database, and what they do to each other. */
class HeadIT {

  private static final int SUBSCRIBERS = 1_000;
  private static final int APPENDS = 200;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void a_thousand_subscribers_cost_one_connection_and_one_page_a_wake_up() throws Exception {
    UnifiedStorage storage =
        SERVER.open(SERVER.currentUrl() + "&connections=4&application_name=many", registry);
    AtomicInteger seen = new AtomicInteger();
    Disposable.Composite subscribers = Disposables.composite();
    for (int n = 0; n < SUBSCRIBERS; n++) {
      subscribers.add(
          storage
              .events()
              .subscribe(EventFilter.job(job(n)), StartFrom.beginning())
              .subscribe(event -> seen.incrementAndGet()));
    }
    Await.done(Flux.range(0, SUBSCRIBERS).flatMap(n -> append(storage, n), 8));
    Await.that(() -> seen.get() == SUBSCRIBERS);
    double before = value("holdfast.head.reads");
    UnifiedStorage other = SERVER.open(SERVER.currentUrl() + "&connections=2");

    for (int n = 0; n < APPENDS; n++) {
      int expected = SUBSCRIBERS + n + 1;
      Await.done(append(other, n));
      Await.that(() -> seen.get() == expected);
    }

    // One to find it, and sometimes one that comes for a signal whose event was found already.
    assertThat(value("holdfast.head.reads") - before).isBetween((double) APPENDS, 2.5 * APPENDS);
    assertThat(value("holdfast.subscriptions.live")).isEqualTo(SUBSCRIBERS);
    assertThat(value("holdfast.subscriptions.lag")).isZero();
    assertThat(connections("many"))
        .as("four for work, two for control, one listens, one reads for all, two were for history")
        .isLessThanOrEqualTo(10);
    subscribers.dispose();
    Await.that(() -> value("holdfast.subscriptions.live") == 0);
  }

  @Test
  void subscribers_that_block_their_thread_hold_up_nobody() {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage, 1));
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(4);
    Disposable.Composite subscribers = Disposables.composite();
    for (int n = 0; n < 4; n++) {
      subscribers.add(
          storage
              .events()
              .subscribe(EventFilter.all(), StartFrom.beginning())
              .subscribe(event -> block(blocked, release)));
    }
    Await.that(() -> blocked.getCount() == 0);

    List<RecordedEvent> seen =
        Await.value(
                storage
                    .events()
                    .subscribe(EventFilter.all(), StartFrom.beginning())
                    .take(501)
                    .collectList()
                    .zipWith(
                        Flux.range(0, 500).concatMap(n -> append(storage, n)).then(Mono.just(1))))
            .getT1();

    assertThat(seen).hasSize(501);
    subscribers.dispose();
    release.countDown();
  }

  private static void block(CountDownLatch blocked, CountDownLatch release) {
    blocked.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Twice the window's memory passes while one looks away: it has to go back to the database. */
  @Test
  void one_that_has_fallen_out_of_memory_goes_on_from_the_database() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl(), registry);
    Json large = Json.of("\"" + "x".repeat(100_000) + "\"");
    int events = (int) (2 * Head.WINDOW_BYTES / large.sizeBytes());
    Flux<RecordedEvent> all = storage.events().subscribe(EventFilter.all(), StartFrom.beginning());
    AtomicInteger quick = new AtomicInteger();
    Disposable live = all.subscribe(event -> quick.incrementAndGet());
    Await.done(append(storage, 1));
    Await.that(() -> quick.get() == 1);

    reactor.test.StepVerifier.create(all.map(RecordedEvent::version), 1)
        .expectNext(1L)
        .then(() -> Await.done(Flux.range(0, events).concatMap(n -> append(storage, 1, large))))
        .then(() -> Await.that(() -> quick.get() == events + 1))
        .then(
            () ->
                assertThat(value("holdfast.subscriptions.lag"))
                    .as("how far the slow one is behind")
                    .isGreaterThanOrEqualTo(events))
        .thenRequest(Long.MAX_VALUE)
        .expectNextSequence(java.util.stream.LongStream.rangeClosed(2, events + 1).boxed().toList())
        .thenCancel()
        .verify(Await.LIMIT);
    live.dispose();
  }

  private double value(String metric) {
    return registry.get(metric).meter().measure().iterator().next().getValue();
  }

  private static JobId job(int n) {
    return new JobId("job-" + n);
  }

  private static Mono<?> append(UnifiedStorage storage, int job) {
    return append(storage, job, Json.EMPTY);
  }

  private static Mono<?> append(UnifiedStorage storage, int job, Json data) {
    return storage.events().append(job(job), ExpectedVersion.any(), List.of(Event.of("t", data)));
  }

  private static int connections(String application) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = '"
                    + application
                    + "'")) {
      row.next();
      return row.getInt(1);
    }
  }
}
