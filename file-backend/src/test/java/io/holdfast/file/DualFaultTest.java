package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import io.holdfast.contract.Await;
import io.holdfast.contract.Faults;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Sides that refuse, hang, or lead no longer. */
class DualFaultTest {

  private static final Duration PATIENCE = Duration.ofMillis(300);
  private static final LockName NOTE = new LockName("holdfast/leading-store");

  @RegisterExtension final DualDirectories sides = DualDirectories.in(DualMode.WRITE_THROUGH);

  private Faults second() {
    return sides.faults();
  }

  /** Opens both again, with faults on the first side too, and little patience. */
  @CanIgnoreReturnValue
  private Faults faultyFirst() {
    Faults first = new Faults(sides.first());
    sides.close();
    sides.becomes(
        Await.value(
            DualStorage.open(
                first.storage(), second().storage(), DualOptions.DEFAULT.withPatience(PATIENCE))));
    return first;
  }

  @Test
  void a_side_that_refuses_to_give_way_goes_on_leading() {
    Faults first = faultyFirst();
    Await.value(sides.append(1));
    sides.requireAlike();
    first.before("transfer.load", () -> Mono.error(new IllegalStateException("No room")));

    Await.failure(IllegalStateException.class, sides.storage().cutOver(DualDirectories.PATIENCE));

    Await.value(sides.append(2));
    assertThat(Await.value(sides.first().events().count(EventFilter.all()))).isEqualTo(2);
    sides.requireAlike();
    first.before("transfer.load", Mono::empty);
    sides.cutOver();
    Await.value(sides.append(3));
    sides.requireAlike();
  }

  @Test
  void a_side_that_refuses_its_note_does_not_lead() {
    Await.value(sides.append(1));
    sides.requireAlike();
    second().before("transfer.load", () -> Mono.error(new IllegalStateException("Read only")));

    Await.failure(IllegalStateException.class, sides.storage().cutOver(DualDirectories.PATIENCE));

    Await.value(sides.append(2));
    assertThat(Await.value(sides.first().events().count(EventFilter.all()))).isEqualTo(2);
    second().before("transfer.load", Mono::empty);
    sides.requireAlike();
    sides.cutOver();
    Await.value(sides.append(3));
    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(3);
  }

  @Test
  void an_exchange_goes_on_when_a_side_that_hangs_answers_again() {
    faultyFirst();
    Await.value(sides.append(1));
    sides.requireAlike();
    AtomicInteger notes = new AtomicInteger();
    second()
        // At first it takes the note that it follows, and then the one that it leads.
        .before("transfer.load", () -> notes.incrementAndGet() == 2 ? Mono.never() : Mono.empty());

    sides.cutOver();

    assertThat(notes).hasValueGreaterThan(2);
    Await.value(sides.append(2));
    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(2);
    sides.requireAlike();
  }

  @Test
  void what_hangs_is_tried_again() {
    faultyFirst();
    Await.done(sides.storage().caughtUp());
    AtomicInteger loads = new AtomicInteger();
    second()
        .before("transfer.load", () -> loads.incrementAndGet() < 4 ? Mono.never() : Mono.empty());

    Await.value(sides.append(1));
    Await.value(
        sides
            .storage()
            .sessions()
            .create(new SessionId("run"), SessionDetails.of("a", "b", Json.EMPTY)));

    sides.requireAlike();
    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(1);
  }

  private Mono<?> appendIn(String month) {
    return sides
        .storage()
        .events()
        .append(
            new JobId("late"),
            ExpectedVersion.any(),
            List.of(Event.of("step", Json.EMPTY).at(Instant.parse(month + "-02T00:00:00Z"))));
  }

  @Test
  void an_event_of_a_month_that_is_being_dropped_there_is_kept() {
    Await.value(appendIn("2024-05"));
    Await.value(appendIn("2024-06"));
    sides.requireAlike();
    AtomicBoolean isFirst = new AtomicBoolean(true);
    // It is there before it is dropped, if anybody brings it over.
    Mono<Long> followed = Mono.delay(Duration.ofMillis(500));
    second()
        .before(
            "months.drop",
            () ->
                isFirst.getAndSet(false)
                    ? appendIn("2024-05").then(followed).then()
                    : Mono.empty());

    Await.value(sides.storage().events().months().drop(YearMonth.parse("2024-05"), Removal.FORCED));
    Await.that(() -> !isFirst.get());
    sides.requireAlike();

    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(2);
  }

  /** As another process does that exchanges them. */
  private Mono<Void> exchangedElsewhere() {
    return sides
        .second()
        .relocation()
        .storeId()
        .map(store -> new LockState(NOTE, 2, store, Instant.EPOCH))
        .flatMap(note -> sides.first().transfer(LockState.KIND).load(List.of(note)))
        .then();
  }

  private List<RecordKind<?>> documents() {
    return sides.first().kinds().stream().filter(kind -> !kind.equals(RecordedEvent.KIND)).toList();
  }

  private void awaitLeadsNoLonger() {
    var unused =
        Await.until(
            sides
                .storage()
                .health()
                .filter(health -> health.problems().toString().contains("no longer so")));
  }

  @Test
  void what_no_longer_leads_is_not_filled_into_the_other_side() {
    SessionId session = new SessionId("run");
    Await.done(sides.storage().caughtUp());
    Await.value(sides.first().sessions().create(session, SessionDetails.of("a", "b", Json.EMPTY)));
    // The comparison has begun.
    int turn = documents().indexOf(Session.KIND) + 1;
    AtomicInteger exports = new AtomicInteger();
    second()
        .before(
            "transfer.export",
            () -> exports.incrementAndGet() == turn ? exchangedElsewhere() : Mono.empty());

    Await.done(sides.storage().compare());
    awaitLeadsNoLonger();

    assertThat(exports).hasValueGreaterThanOrEqualTo(turn);
    assertThat(Await.maybe(sides.second().sessions().find(session))).isEmpty();
  }

  @Test
  void what_no_longer_leads_acknowledges_and_answers_nothing_once_it_knows() {
    Await.value(sides.append(1));
    sides.requireAlike();
    Mono<?> subscriber =
        sides.storage().events().subscribe(EventFilter.all(), StartFrom.beginning()).then().cache();
    Disposable listening = subscriber.subscribe(done -> {}, error -> {});
    Await.done(exchangedElsewhere());

    // Nobody has looked yet.
    Await.value(sides.append(2));
    awaitLeadsNoLonger();

    Await.failure(ConflictException.class, sides.append(3));
    Await.failure(
        ConflictException.class, sides.storage().inTransaction(tx -> Mono.just("nothing")));
    Await.failure(ConflictException.class, sides.storage().events().count(EventFilter.all()));
    Await.failure(ConflictException.class, sides.storage().cutOver(DualDirectories.PATIENCE));
    Await.failure(ConflictException.class, subscriber);
    listening.dispose();
    assertThat(Await.value(sides.first().events().count(EventFilter.all()))).isEqualTo(2);
    assertThat(Await.value(sides.second().events().count(EventFilter.all())))
        .as("brought over")
        .isEqualTo(1);
  }
}
