package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Groups of appends on a real server: lost connections, locks of strangers, many processes. */
class AppendLanesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CALLERS = 256;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void nothing_is_lost_or_doubled_when_connections_die_under_groups() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl() + "&application_name=lanes");
    AtomicBoolean writing = new AtomicBoolean(true);
    Mono<List<AppendResult>> appends =
        Flux.range(0, 8_000)
            .flatMap(n -> append(storage, n), CALLERS)
            .collectList()
            .doFinally(end -> writing.set(false));
    Flux<Integer> cuts =
        Mono.fromCallable(AppendLanesIT::cutLanes)
            .subscribeOn(Schedulers.boundedElastic())
            .delaySubscription(Duration.ofMillis(150))
            .repeat(writing::get);

    var both = Mono.zip(appends, cuts.reduce(0, Integer::sum)).block(PATIENCE);

    assertThat(both.getT2()).as("connections cut").isPositive();
    List<RecordedEvent> read = everything(storage);
    assertThat(read).as("each acknowledged append once").hasSize(8_000);
    Map<Object, RecordedEvent> byPlace = new HashMap<>();
    read.forEach(event -> byPlace.put(event.position(), event));
    assertThat(both.getT1())
        .as("every result tells where the event really is")
        .allSatisfy(
            result -> {
              RecordedEvent event = byPlace.get(result.last().position());
              assertThat(event.job()).isEqualTo(result.last().job());
              assertThat(event.version()).isEqualTo(result.last().version());
            });
  }

  /** Those that keep failing for longer than the library repeats may be repeated by the caller. */
  private static Mono<AppendResult> append(UnifiedStorage storage, int n) {
    EventBatch batch =
        EventBatch.of(
            new JobId("job-" + n % 50),
            ExpectedVersion.any(),
            List.of(Event.of("t", Json.of("{\"n\":" + n + "}"))));
    return storage
        .events()
        .append(batch)
        .retryWhen(
            reactor.util.retry.Retry.backoff(10, Duration.ofMillis(50))
                .filter(UnavailableException.class::isInstance));
  }

  private static int cutLanes() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      var cut =
          statement.executeQuery(
              "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                  + " WHERE application_name = 'lanes' AND backend_xid IS NOT NULL");
      cut.next();
      return cut.getInt(1);
    }
  }

  @Test
  void a_bulk_append_is_written_once_when_connections_die_under_it() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl() + "&application_name=lanes");
    Flux<JobEvent> source =
        Flux.range(0, 60_000)
            .map(
                n ->
                    new JobEvent(
                        new JobId("job-" + n % 50),
                        Event.of("t", Json.of("{\"n\":" + n / 50 + "}"))));
    AtomicBoolean writing = new AtomicBoolean(true);
    Flux<Integer> cuts =
        Mono.fromCallable(AppendLanesIT::cutLanes)
            .subscribeOn(Schedulers.boundedElastic())
            .delaySubscription(Duration.ofMillis(400))
            .repeat(writing::get);

    var both =
        Mono.zip(
                storage.events().appendAll(source).last().doFinally(end -> writing.set(false)),
                cuts.reduce(0, Integer::sum))
            .block(PATIENCE);

    assertThat(both.getT1().events()).isEqualTo(60_000);
    assertThat(everything(storage))
        .hasSize(60_000)
        .allSatisfy(
            event ->
                assertThat(event.data())
                    .as("the n-th of its job")
                    .isEqualTo(Json.of("{\"n\":" + (event.version() - 1) + "}")));
  }

  @Test
  void who_waits_too_long_behind_a_stranger_is_told_and_nothing_of_it_is_written()
      throws Exception {
    UnifiedStorage storage = SERVER.storage();
    JobId job = new JobId("held");
    var unused = one(storage, job).block(PATIENCE);
    PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    AppendLimits limits = new AppendLimits(4, 1_000_000, Duration.ofMillis(300));
    try (Connection stranger = SERVER.jdbc();
        Statement statement = stranger.createStatement();
        Lanes own = Lanes.open(configuration, limits)) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT FROM job_heads WHERE job_id = 'held' FOR UPDATE");

      CountDownLatch refused = new CountDownLatch(19);
      CompletableFuture<List<String>> ends =
          Flux.range(0, 20)
              .flatMap(
                  n ->
                      own.append(job)
                          .map(result -> "written")
                          .doOnError(UnavailableException.class, error -> refused.countDown())
                          .onErrorReturn(UnavailableException.class, "unavailable"),
                  20)
              .collectList()
              .toFuture();

      assertThat(refused.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("all but the one that was sent are told, while it waits")
          .isTrue();
      stranger.rollback();
      assertThat(ends.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .containsOnlyOnce("written")
          .hasSize(20);
    }
    assertThat(everything(storage)).hasSize(2);
  }

  @Test
  void a_transaction_that_holds_a_job_does_not_hold_up_the_others() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    JobId held = new JobId("held");
    var unused = one(storage, held).block(PATIENCE);
    try (Connection stranger = SERVER.jdbc();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT FROM job_heads WHERE job_id = 'held' FOR UPDATE");
      CompletableFuture<AppendResult> waiting = one(storage, held).toFuture();
      CompletableFuture<List<AppendResult>> among =
          Flux.range(0, 200)
              .flatMap(n -> one(storage, n % 20 == 0 ? held : new JobId("job-" + n % 40)), 200)
              .filter(result -> !result.last().job().equals(held))
              .take(190)
              .collectList()
              .toFuture();

      assertThat(among.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasSize(190);
      assertThat(waiting).isNotDone();
      stranger.rollback();
      assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).last().version()).isEqualTo(2);
    }
  }

  @Test
  void a_job_that_a_stranger_is_creating_holds_up_nobody_else() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    JobId born = new JobId("born");
    try (Connection stranger = SERVER.jdbc();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT append_event('born', 'foreign')");
      // Each of them would be waited for for a tenth of a second, if each were tried.
      CompletableFuture<List<Long>> waiting =
          Flux.range(0, 500)
              .flatMap(n -> one(storage, born), 500)
              .map(result -> result.last().version())
              .collectSortedList()
              .toFuture();
      CompletableFuture<List<AppendResult>> others =
          Flux.range(0, 200)
              .flatMap(n -> one(storage, new JobId("job-" + n % 40)), 200)
              .collectList()
              .toFuture();

      assertThat(others.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).hasSize(200);
      assertThat(waiting).isNotDone();
      stranger.commit();
      assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isEqualTo(LongStream.rangeClosed(2, 501).boxed().toList());
    }
  }

  @Test
  void a_transaction_takes_one_floor_however_much_it_appends() {
    UnifiedStorage storage = SERVER.storage();

    Long floors =
        storage
            .inTransaction(
                tx ->
                    Flux.range(0, 50)
                        .concatMap(
                            n ->
                                tx.events()
                                    .append(
                                        new JobId("job-" + n),
                                        ExpectedVersion.none(),
                                        List.of(Event.of("t", Json.EMPTY))))
                        .then(
                            Mono.fromCallable(AppendLanesIT::floors)
                                .subscribeOn(Schedulers.boundedElastic())))
            .block(PATIENCE);

    assertThat(floors).isEqualTo(1);
  }

  private static long floors() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      var row =
          statement.executeQuery(
              "SELECT count(*) FROM pg_locks l, store s"
                  + " WHERE l.locktype = 'advisory' AND l.classid = s.lock_tag::bigint::oid"
                  + " AND l.objsubid = 2");
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void processes_that_append_to_the_same_jobs_do_not_disturb_each_other() {
    List<UnifiedStorage> processes =
        List.of(
            SERVER.storage(), SERVER.open(SERVER.currentUrl()), SERVER.open(SERVER.currentUrl()));

    List<AppendResult> results =
        Flux.range(0, 3_000)
            .flatMap(n -> append(processes.get(n % 3), n), CALLERS)
            .collectList()
            .block(PATIENCE);

    assertThat(results).hasSize(3_000).noneMatch(AppendResult::repeated);
    Map<JobId, Long> versions = new HashMap<>();
    everything(SERVER.storage())
        .forEach(
            event -> {
              long before = versions.getOrDefault(event.job(), 0L);
              assertThat(event.version()).isEqualTo(before + 1);
              versions.put(event.job(), event.version());
            });
    assertThat(versions.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(3_000);
  }

  @Test
  void a_batch_repeated_by_several_processes_at_once_is_written_once() {
    List<UnifiedStorage> processes = List.of(SERVER.storage(), SERVER.open(SERVER.currentUrl()));

    for (int round = 0; round < 20; round++) {
      JobId job = new JobId("job-" + round);
      EventBatch batch =
          EventBatch.of(job, ExpectedVersion.none(), List.of(Event.of("t", Json.EMPTY)));
      List<AppendResult> results =
          Flux.range(0, 40)
              .flatMap(
                  n ->
                      n % 4 == 3
                          ? one(processes.get(n % 2), new JobId("other-" + n))
                          : processes.get(n % 2).events().append(batch),
                  40)
              .filter(result -> result.last().job().equals(job))
              .collectList()
              .block(PATIENCE);

      assertThat(results).filteredOn(result -> !result.repeated()).hasSizeLessThanOrEqualTo(1);
      assertThat(results)
          .extracting(AppendResult::events)
          .hasSize(30)
          .containsOnly(results.get(0).events());
    }
  }

  @Test
  void a_storm_of_conflicts_on_one_job_is_told_at_once() {
    UnifiedStorage storage = SERVER.storage();
    JobId job = new JobId("wanted");

    List<String> ends =
        Flux.range(0, 1_000)
            .flatMap(
                n ->
                    storage
                        .events()
                        .append(job, ExpectedVersion.none(), List.of(Event.of("t", Json.EMPTY)))
                        .map(result -> "won")
                        .onErrorReturn(ConflictException.class, "lost"),
                1_000)
            .collectList()
            .block(PATIENCE);

    assertThat(ends).hasSize(1_000).containsOnlyOnce("won").doesNotContainNull();
  }

  private static Mono<AppendResult> one(UnifiedStorage storage, JobId job) {
    return storage.events().append(job, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)));
  }

  private static List<RecordedEvent> everything(UnifiedStorage storage) {
    return storage
        .events()
        .read(EventQuery.forward(EventFilter.all()).limit(1_000_000))
        .collectList()
        .block(PATIENCE);
  }
}
