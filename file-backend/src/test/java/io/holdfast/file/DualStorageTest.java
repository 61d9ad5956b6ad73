package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.contract.Await;
import io.holdfast.contract.Faults;
import io.holdfast.contract.Workload;
import io.holdfast.dual.Divergence;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStatus;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.Removal;
import io.holdfast.event.StartFrom;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Two sides become alike, whatever fails, and reads go where the mode says. */
class DualStorageTest {

  private static final SessionId SESSION = new SessionId("run-1");

  @RegisterExtension final DualDirectories sides = DualDirectories.in(DualMode.WRITE_THROUGH);

  private Faults second() {
    return sides.faults();
  }

  private static SessionDetails details(int n) {
    return SessionDetails.of("build", "repository", Json.of("{\"n\":" + n + "}"));
  }

  private void awaitStatus(Predicate<DualStatus> wanted) {
    var unused = Await.until(sides.storage().status().filter(wanted));
  }

  private void requireAlike() {
    Await.done(sides.storage().caughtUp());
    assertThat(Workload.contents(sides.second())).isEqualTo(Workload.contents(sides.first()));
    assertThat(Workload.contents(sides.second()).values())
        .anySatisfy(kind -> assertThat(kind).isNotEmpty());
  }

  @Test
  void what_is_written_arrives_on_the_other_side() {
    new Workload(sides.storage(), 1).run(200);

    requireAlike();
  }

  @Test
  void a_side_that_fails_by_chance_is_alike_in_the_end() {
    Random random = new Random(2);
    second().failWhen(() -> random.nextInt(3) == 0);
    new Workload(sides.storage(), 2).run(250);

    second().failWhen(() -> false);
    requireAlike();
  }

  @Test
  void a_side_that_is_away_fails_nobody_and_is_reported_until_it_is_back() {
    second().failWhen(() -> true);

    Session session = Await.value(sides.storage().sessions().create(SESSION, details(1)));
    awaitStatus(status -> status.problem().isPresent());

    assertThat(Await.value(sides.storage().sessions().get(SESSION))).isEqualTo(session);
    assertThat(Await.value(sides.storage().health()).healthy()).isFalse();
    sides.storage().mode(DualMode.SHADOW);
    assertThat(Await.value(sides.storage().health()).healthy()).as("on trial").isTrue();
    assertThat(Await.value(sides.storage().status()).lag()).isPositive();

    second().failWhen(() -> false);
    requireAlike();
    awaitStatus(status -> status.problem().isEmpty());
  }

  @Test
  void what_a_killed_process_has_not_copied_is_copied_by_the_next_one() {
    second().failWhen(() -> true);
    new Workload(sides.storage(), 3).run(150);
    Await.done(sides.storage().close());
    assertThat(Workload.contents(sides.second())).isNotEqualTo(Workload.contents(sides.first()));

    sides.reopen();

    requireAlike();
  }

  @Test
  void what_was_deleted_and_made_anew_replaces_what_was_newer_by_its_version() {
    Session first = Await.value(sides.storage().sessions().create(SESSION, details(1)));
    Await.value(sides.storage().sessions().update(first.withState(SessionState.RUNNING)));
    requireAlike();
    second().failWhen(() -> true);
    Await.done(sides.storage().sessions().delete(SESSION));
    Session anew = Await.value(sides.storage().sessions().create(SESSION, details(2)));
    second().failWhen(() -> false);

    requireAlike();

    assertThat(Await.value(sides.second().sessions().get(SESSION))).isEqualTo(anew);
    assertThat(anew.version()).isEqualTo(1);
  }

  @Test
  void what_is_deleted_while_it_is_being_copied_does_not_come_back() {
    Await.done(sides.storage().caughtUp());
    Await.value(sides.first().sessions().create(SESSION, details(1)));
    Await.value(sides.first().sessions().create(new SessionId("run-2"), details(2)));
    AtomicInteger loads = new AtomicInteger();
    // The comparison has read the session, and is about to write it.
    second()
        .before(
            "transfer.load",
            () ->
                loads.incrementAndGet() == 1
                    ? sides.storage().sessions().delete(SESSION)
                    : Mono.empty());

    Await.done(sides.storage().compare());
    requireAlike();

    assertThat(loads).hasPositiveValue();
    assertThat(Await.maybe(sides.second().sessions().find(SESSION))).isEmpty();
    assertThat(Await.maybe(sides.second().sessions().find(new SessionId("run-2")))).isPresent();
  }

  @Test
  void what_is_changed_while_it_is_being_copied_is_not_overwritten() {
    Await.done(sides.storage().caughtUp());
    Session session = Await.value(sides.first().sessions().create(SESSION, details(1)));
    AtomicInteger loads = new AtomicInteger();
    second()
        .before(
            "transfer.load",
            () ->
                loads.incrementAndGet() == 1
                    ? sides
                        .storage()
                        .sessions()
                        .update(session.withState(SessionState.RUNNING))
                        .then(Mono.delay(Duration.ofMillis(300)))
                        .then()
                    : Mono.empty());

    Await.done(sides.storage().compare());
    requireAlike();

    assertThat(Await.value(sides.second().sessions().get(SESSION)).version()).isEqualTo(2);
  }

  @Test
  void a_difference_is_reported_counted_and_mended() {
    Queue<Divergence> heard = new ConcurrentLinkedQueue<>();
    Session session = Await.value(sides.storage().sessions().create(SESSION, details(1)));
    requireAlike();
    sides.close();
    sides.becomes(
        Await.value(
            DualStorage.open(
                sides.first(),
                sides.second(),
                DualOptions.DEFAULT.withMode(DualMode.READ_VALIDATION).onDivergence(heard::add))));
    requireAlike();
    Await.value(sides.storage().sessions().get(SESSION));
    Await.value(sides.second().sessions().update(session.withState(SessionState.RUNNING)));

    Session answer =
        Await.until(sides.storage().sessions().get(SESSION).filter(read -> !heard.isEmpty()));

    assertThat(answer).as("the leading side's").isEqualTo(session);
    assertThat(heard).contains(new Divergence("sessions", "run-1"));
    assertThat(Await.value(sides.storage().status()).divergences()).isPositive();
    // What is newer there by its version is taken away first.
    var unused = Await.until(sides.second().sessions().find(SESSION).filter(session::equals));
  }

  @Test
  void what_is_alike_is_compared_and_not_reported() {
    new Workload(sides.storage(), 4).run(100);
    requireAlike();
    sides.storage().mode(DualMode.READ_VALIDATION);
    long before = second().count("sessions.find");

    Await.done(
        Flux.range(0, 200)
            .concatMap(i -> sides.storage().sessions().find(new SessionId("n/" + i % 5))));

    Await.that(() -> second().count("sessions.find") == before + 200);
    assertThat(Await.value(sides.storage().status()).divergences()).isZero();
  }

  @Test
  void the_other_side_answers_about_as_many_reads_as_it_is_asked_to() {
    Await.value(sides.storage().sessions().create(SESSION, details(1)));
    requireAlike();
    sides.storage().mode(DualMode.progressive(30));
    awaitStatus(status -> status.pending() == 0);
    long before = second().count("sessions.find");

    Await.done(Flux.range(0, 2_000).concatMap(i -> sides.storage().sessions().get(SESSION)));

    // Five standard deviations.
    assertThat(second().count("sessions.find") - before).isBetween(498L, 702L);
  }

  @Test
  void nobody_reads_from_the_other_side_what_it_has_not_got_yet() {
    Session session = Await.value(sides.storage().sessions().create(SESSION, details(1)));
    requireAlike();
    sides.storage().mode(DualMode.progressive(100));
    second().before("transfer.load", Mono::never);

    Session changed =
        Await.value(sides.storage().sessions().update(session.withState(SessionState.RUNNING)));

    assertThat(Await.value(sides.storage().sessions().get(SESSION))).isEqualTo(changed);
    assertThat(Await.value(sides.second().sessions().get(SESSION))).isEqualTo(session);
  }

  @Test
  void the_leading_side_answers_where_the_other_one_cannot() {
    new Workload(sides.storage(), 5).run(100);
    requireAlike();
    awaitStatus(status -> status.pending() == 0);
    sides.storage().mode(DualMode.progressive(100));
    second().failWhen(() -> true);
    long before = second().count("sessions.list");

    List<Session> seen = Await.all(sides.storage().sessions().list(SessionFilter.all()));

    assertThat(second().count("sessions.list")).isEqualTo(before + 1);
    assertThat(seen).isEqualTo(Await.all(sides.first().sessions().list(SessionFilter.all())));
  }

  @Test
  void the_leading_side_answers_where_the_other_one_does_not() {
    Session session = Await.value(sides.storage().sessions().create(SESSION, details(1)));
    requireAlike();
    awaitStatus(status -> status.pending() == 0);
    sides.storage().mode(DualMode.progressive(100));
    second().before("sessions.find", Mono::never);
    second().before("sessions.list", Mono::never);

    assertThat(
            Await.all(
                Flux.merge(
                    sides.storage().sessions().get(SESSION),
                    sides.storage().sessions().list(SessionFilter.all()))))
        .containsExactly(session, session);
  }

  @Test
  void an_answer_that_has_begun_on_one_side_does_not_go_on_from_the_other_one() {
    Await.value(sides.storage().sessions().create(SESSION, details(1)));
    requireAlike();
    awaitStatus(status -> status.pending() == 0);
    sides.storage().mode(DualMode.progressive(100));
    AtomicInteger asked = new AtomicInteger();
    // Before the answer, and at its end.
    second().failWhen(() -> asked.getAndIncrement() == 1);

    Await.failure(UnavailableException.class, sides.storage().sessions().list(SessionFilter.all()));
  }

  @Test
  void months_that_are_dropped_go_from_both_sides() {
    append(Instant.parse("2024-05-01T00:00:00Z"));
    append(Instant.parse("2024-06-01T00:00:00Z"));
    requireAlike();
    second().failWhen(() -> true);
    Await.value(
        sides.storage().events().months().drop(YearMonth.parse("2024-05"), Removal.CHECKED));
    second().failWhen(() -> false);

    requireAlike();

    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(1);
    append(Instant.parse("2024-05-02T00:00:00Z"));
    requireAlike();
  }

  private void append(Instant time) {
    Await.value(
        sides
            .storage()
            .events()
            .append(
                new JobId("job"),
                ExpectedVersion.any(),
                List.of(Event.of("step", Json.EMPTY).at(time))));
  }

  @Test
  void sides_that_are_mixed_up_are_refused() {
    Await.value(sides.storage().sessions().create(SESSION, details(1)));
    requireAlike();

    Await.failure(
        ConflictException.class,
        DualStorage.open(sides.second(), sides.first(), DualOptions.DEFAULT));

    assertThat(Await.value(sides.first().sessions().get(SESSION)).version()).isEqualTo(1);
  }

  @Test
  void a_record_that_never_rests_is_copied_and_no_problem() {
    Session session = Await.value(sides.storage().sessions().create(SESSION, details(0)));
    requireAlike();
    // Nobody copies as fast as this one writes.
    second().before("transfer.load", () -> Mono.delay(Duration.ofMillis(30)).then());
    var last = new AtomicReference<>(session);
    Disposable writer =
        Mono.defer(() -> sides.storage().sessions().update(last.get()))
            .doOnNext(last::set)
            .repeat()
            .subscribe();
    Await.that(() -> last.get().version() > 20);

    for (int i = 0; i < 5; i++) {
      Await.done(sides.storage().caughtUp());
      assertThat(Await.value(sides.storage().status()).problem()).isEmpty();
    }
    writer.dispose();

    assertThat(Await.value(sides.second().sessions().get(SESSION)).version()).isGreaterThan(1);
    requireAlike();
  }

  @Test
  void closing_leaves_both_sides_open_and_ends_all_else() {
    var live = sides.storage().events().subscribe(EventFilter.all(), StartFrom.beginning());
    Mono<Void> closed = Mono.delay(Duration.ofMillis(50)).then(sides.storage().close());

    Await.failure(UnavailableException.class, Flux.merge(live, closed.thenMany(Flux.never())));
    Await.failure(
        UnavailableException.class, sides.storage().sessions().create(SESSION, details(1)));

    assertThat(Await.maybe(sides.first().sessions().find(SESSION))).isEmpty();
    assertThat(Await.value(sides.first().events().stats(new JobId("j"))).total()).isZero();
  }
}
