package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Positions are drawn before commits and seen after them. A reader that trusts "greater than the
 * last one seen" loses events under this load; a subscription must not, and must not wait for
 * strangers.
 */
class OrderIT {

  private static final int WRITERS = 12;
  private static final int TRANSACTIONS = 450;
  private static final int EVENTS_EACH_TIME = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long SEED = 20261120;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void a_subscription_misses_nothing_where_a_naive_reader_does() throws Exception {
    checkMissesNothing(SERVER.open(SERVER.currentUrl() + "&connections=16"), TRANSACTIONS);
  }

  /** One snapshot for all looks would be too late already; see EventPages. */
  @Test
  void it_misses_nothing_where_every_session_is_repeatable_read_by_default() throws Exception {
    String role = "snapshots_" + UUID.randomUUID().toString().substring(0, 8);
    execute("CREATE ROLE " + role + " LOGIN SUPERUSER PASSWORD 'snapshots'");
    execute("ALTER ROLE " + role + " SET default_transaction_isolation = 'repeatable read'");
    String url = SERVER.currentUrl() + "&connections=16";
    checkMissesNothing(
        SERVER.open(url.replaceFirst("//[^@]*@", "//" + role + ":snapshots@")), TRANSACTIONS / 3);
    SERVER.closeAll();
    // Only then: a role that owns something cannot go, and would hide why the test has failed.
    execute("REASSIGN OWNED BY " + role + " TO CURRENT_USER");
    execute("DROP ROLE " + role);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void checkMissesNothing(UnifiedStorage storage, int transactions)
      throws Exception {
    try (Connection stranger = openForeignTransaction();
        NaiveReader naive = new NaiveReader(SERVER.jdbc())) {
      naive.start();
      Mono<List<RecordedEvent>> seen =
          storage
              .events()
              .subscribe(EventFilter.all(), StartFrom.beginning())
              .takeUntil(event -> event.type().equals("end"))
              .collectList();
      Mono<List<Appended>> written =
          writers(storage, transactions).flatMap(all -> writeEnd(storage, all));

      var both = Mono.zip(seen, written).block(PATIENCE);
      naive.stopAfter(last(both.getT2()));

      assertThat(both.getT2())
          .as("the size of the test")
          .hasSizeGreaterThan(50_000 / TRANSACTIONS * transactions);
      checkNothingLostOrDoubled(both.getT1(), both.getT2());
      checkJobOrder(both.getT1());
      assertThat(naive.lost(positions(both.getT2())))
          .as("the load is able to fool a naive reader; otherwise this test proves nothing")
          .isNotEmpty();
      assertThat(stranger.isClosed())
          .as("the stranger's transaction was open all the time")
          .isFalse();
    }
  }

  /** Writes, and does not commit: an xmin horizon would stand still until it does. */
  private static Connection openForeignTransaction() throws SQLException {
    Connection connection = SERVER.jdbc();
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS a_stranger (id int)");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO a_stranger VALUES (1)");
    }
    return connection;
  }

  private static Mono<List<Appended>> writers(UnifiedStorage storage, int transactions) {
    return Flux.range(0, WRITERS)
        .flatMap(writer -> writer(storage, writer, transactions), WRITERS)
        .collect(ArrayList::new, List::addAll);
  }

  /**
   * Two appends a transaction with a pause between; some roll back; each writer shares its jobs.
   */
  private static Mono<List<Appended>> writer(UnifiedStorage storage, int writer, int transactions) {
    Random random = new Random(SEED + writer);
    return Flux.range(0, transactions)
        .concatMap(
            n -> {
              JobId job = new JobId("job-" + writer + "-" + random.nextInt(5));
              Duration pause = Duration.ofNanos(random.nextInt(4_000_000));
              boolean rollBack = random.nextInt(20) == 0;
              return transaction(storage, job, pause, rollBack);
            })
        .collect(ArrayList::new, List::addAll);
  }

  private static Mono<List<Appended>> transaction(
      UnifiedStorage storage, JobId job, Duration pause, boolean rollBack) {
    return storage
        .inTransaction(
            tx ->
                tx.events()
                    .append(job, ExpectedVersion.any(), events())
                    .delayElement(pause)
                    .flatMap(
                        first ->
                            tx.events()
                                .append(job, ExpectedVersion.any(), events())
                                .map(second -> together(first, second)))
                    .delayElement(pause)
                    .flatMap(all -> rollBack ? Mono.error(new RolledBack()) : Mono.just(all)))
        .onErrorResume(RolledBack.class, error -> Mono.just(List.of()));
  }

  private static List<Appended> together(AppendResult first, AppendResult second) {
    List<Appended> all = new ArrayList<>(first.events());
    all.addAll(second.events());
    return all;
  }

  private static List<Event> events() {
    return Collections.nCopies(EVENTS_EACH_TIME, Event.of("step", Json.of("{\"success\":true}")));
  }

  private static Mono<List<Appended>> writeEnd(UnifiedStorage storage, List<Appended> all) {
    return storage
        .events()
        .append(new JobId("the-end"), ExpectedVersion.none(), List.of(Event.of("end", Json.EMPTY)))
        .map(
            end -> {
              List<Appended> withEnd = new ArrayList<>(all);
              withEnd.addAll(end.events());
              return withEnd;
            });
  }

  private static void checkNothingLostOrDoubled(List<RecordedEvent> seen, List<Appended> written) {
    List<Long> delivered = seen.stream().map(event -> Positions.number(event.position())).toList();

    assertThat(delivered).as("in position order, none twice").isSorted().doesNotHaveDuplicates();
    assertThat(new TreeSet<>(delivered)).as("nothing lost").isEqualTo(positions(written));
  }

  private static void checkJobOrder(List<RecordedEvent> seen) {
    var versions = new java.util.HashMap<JobId, Long>();
    for (RecordedEvent event : seen) {
      long before = versions.getOrDefault(event.job(), 0L);
      assertThat(event.version()).as("next version of %s", event.job()).isEqualTo(before + 1);
      versions.put(event.job(), event.version());
    }
  }

  private static Set<Long> positions(List<Appended> written) {
    Set<Long> positions = new TreeSet<>();
    written.forEach(event -> positions.add(Positions.number(event.position())));
    return positions;
  }

  private static long last(List<Appended> written) {
    return positions(written).stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** What a writer that changes its mind throws. */
  private static final class RolledBack extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
