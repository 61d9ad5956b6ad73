package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.MovedException;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.contract.Await;
import io.holdfast.contract.Faults;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import io.holdfast.session.SessionDetails;
import io.holdfast.transfer.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Exchanges that are given up, broken off, or late. */
class DualExchangeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final LockName NOTE = new LockName("holdfast/leading-store");

  @RegisterExtension final DualDirectories sides = DualDirectories.in(DualMode.WRITE_THROUGH);

  private Faults second() {
    return sides.faults();
  }

  /** Until the first side has given way, and the second one does not know yet. */
  private Disposable exchangeUntilTheLastNote(Mono<Void> last) {
    long confirmed = second().count("transfer.load") + 1;
    second()
        .before(
            "transfer.load",
            () -> second().count("transfer.load") > confirmed ? last : Mono.empty());
    Disposable exchange = sides.storage().cutOver(PATIENCE).subscribe();
    Await.that(() -> second().count("transfer.load") > confirmed);
    return exchange;
  }

  @Test
  void writes_wait_for_the_end_of_an_exchange_that_nobody_waits_for() {
    Await.value(sides.append(1).then(sides.storage().events().count(EventFilter.all())));
    sides.requireAlike();
    Sinks.Empty<Void> noted = Sinks.empty();
    Disposable exchange = exchangeUntilTheLastNote(noted.asMono());
    exchange.dispose();

    Mono<?> late = sides.append(2).cache();
    Disposable waiting = late.subscribe();
    Await.failure(ConflictException.class, sides.storage().cutOver(PATIENCE));
    var unused = noted.tryEmitEmpty();
    Await.done(late);
    waiting.dispose();

    assertThat(Await.value(sides.second().events().count(EventFilter.all())))
        .as("on the side that leads by then")
        .isEqualTo(2);
    sides.requireAlike();
  }

  /** The late one has looked who leads, and goes on when the other one is done. */
  @Test
  void of_two_exchanges_that_overlap_one_is_done() {
    Await.value(sides.append(1));
    sides.requireAlike();
    long looked = second().count("relocation.storeId");
    Sinks.Empty<Void> other = Sinks.empty();
    second().before("relocation.storeId", other::asMono);
    Mono<Void> late = sides.storage().cutOver(PATIENCE).cache();
    Disposable waiting = late.subscribe(none -> {}, error -> {});
    Await.that(() -> second().count("relocation.storeId") > looked);
    second().before("relocation.storeId", Mono::empty);

    Await.done(sides.storage().cutOver(PATIENCE));
    var unused = other.tryEmitEmpty();

    Await.failure(ConflictException.class, late);
    waiting.dispose();
    Await.value(sides.append(2));
    assertThat(Await.value(sides.second().events().count(EventFilter.all())))
        .as("the one that followed leads")
        .isEqualTo(2);
    sides.requireAlike();
  }

  @Test
  void a_move_is_noted_where_writes_go() {
    Await.value(sides.append(1));
    sides.requireAlike();
    Sinks.Empty<Void> noted = Sinks.empty();
    Disposable exchange = exchangeUntilTheLastNote(noted.asMono());

    Moved elsewhere = new Moved("file:/elsewhere", "other", "", Instant.now());
    Mono<Moved> move = sides.storage().relocation().moveTo(elsewhere).cache();
    Disposable waiting = move.subscribe();
    var unused = noted.tryEmitEmpty();
    Await.value(move);
    exchange.dispose();
    waiting.dispose();

    assertThat(Await.maybe(sides.second().relocation().find())).isPresent();
    assertThat(Await.maybe(sides.first().relocation().find())).isEmpty();
    Await.failure(MovedException.class, sides.append(2));
    Await.failure(ConflictException.class, sides.storage().cutOver(PATIENCE));
  }

  @Test
  void an_append_that_was_done_is_not_done_again_on_the_other_side() {
    Mono<AppendResult> append = sides.append(1);
    AppendResult done = Await.value(append);
    sides.cutOver();

    AppendResult again = Await.value(append);

    assertThat(again).isEqualTo(new AppendResult(done.events(), true));
    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(1);
    sides.requireAlike();
  }

  @Test
  void a_side_that_has_moved_does_not_lead() {
    Await.value(sides.append(1));
    sides.requireAlike();
    Await.value(
        sides
            .second()
            .relocation()
            .moveTo(new Moved("file:/elsewhere", "other", "", Instant.now())));

    Await.failure(ConflictException.class, sides.storage().cutOver(PATIENCE));

    Await.value(sides.append(2));
    assertThat(Await.value(sides.first().events().count(EventFilter.all()))).isEqualTo(2);
  }

  @Test
  void writes_go_on_when_an_exchange_is_given_up_before_its_end() {
    Disposable endless = sides.storage().inTransaction(tx -> Mono.never()).subscribe();

    Await.failure(
        TimeoutException.class, sides.storage().cutOver(PATIENCE).timeout(Duration.ofMillis(300)));

    endless.dispose();
    Await.value(sides.append(1));
    assertThat(Await.value(sides.first().events().count(EventFilter.all()))).isEqualTo(1);
    sides.cutOver();
    sides.requireAlike();
  }

  private Faults faultyFirst() {
    Faults first = new Faults(sides.first());
    sides.close();
    sides.becomes(
        Await.value(DualStorage.open(first.storage(), sides.second(), DualOptions.DEFAULT)));
    return first;
  }

  /** Fails whatever is done until it is told otherwise: it was done, and nobody knows. */
  private static AtomicBoolean failure(Faults side) {
    AtomicBoolean fails = new AtomicBoolean();
    side.failWhen(fails::get);
    return fails;
  }

  @Test
  void an_append_of_which_nothing_is_known_is_not_repeated_on_the_other_side() {
    Faults first = faultyFirst();
    Mono<?> append = sides.append(1);
    first.before("events.append", Mono::never);
    append.subscribe().dispose();
    first.before("events.append", Mono::empty);
    sides.cutOver();

    Await.failure(UnavailableException.class, append);

    Await.value(sides.append(1));
    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(1);
  }

  @Test
  void a_transaction_of_which_nothing_is_known_does_not_append_again_on_the_other_side() {
    Faults first = faultyFirst();
    AtomicBoolean fails = failure(first);
    EventBatch batch =
        EventBatch.of(
            new JobId("job"), ExpectedVersion.any(), List.of(Event.of("step", Json.EMPTY)));
    Mono<?> transaction =
        sides
            .storage()
            .inTransaction(tx -> tx.events().append(batch).doOnNext(done -> fails.set(true)));
    Await.failure(UnavailableException.class, transaction);
    fails.set(false);
    assertThat(Await.value(sides.first().events().count(EventFilter.all())))
        .as("done, and not answered")
        .isEqualTo(1);
    sides.cutOver();

    Await.failure(UnavailableException.class, transaction);

    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(1);
  }

  @Test
  void a_cancelled_write_that_ends_late_is_not_lost() {
    Faults first = faultyFirst();
    Await.done(sides.storage().caughtUp());
    SessionId id = new SessionId("run");
    SessionDetails details = SessionDetails.of("a", "b", Json.EMPTY);
    first.before("sessions.create", Mono::never);
    sides.storage().sessions().create(id, details).subscribe().dispose();
    Await.done(sides.storage().caughtUp());
    // What was cancelled is written now.
    Await.value(sides.first().sessions().create(id, details));

    sides.cutOver();

    assertThat(Await.maybe(sides.storage().sessions().find(id))).isPresent();
    sides.requireAlike();
  }

  @Test
  void an_event_that_only_the_following_side_has_is_not_passed_over() {
    Await.value(sides.append(1));
    sides.cutOver();
    Await.value(sides.append(2));
    sides.requireAlike();
    sides.close();
    // It was cancelled long ago, and written late.
    Await.value(
        sides
            .first()
            .events()
            .append(
                new JobId("late"), ExpectedVersion.any(), List.of(Event.of("step", Json.EMPTY))));

    Await.failure(
        ConflictException.class,
        DualStorage.open(sides.second(), sides.first(), DualOptions.DEFAULT));
  }

  @Test
  void a_side_that_cannot_catch_up_does_not_lead() {
    second().failWhen(() -> true);
    Await.value(sides.append(1).then(sides.storage().events().count(EventFilter.all())));

    Await.failure(UnavailableException.class, sides.storage().cutOver(Duration.ofMillis(200)));

    Await.value(sides.append(2).then(sides.storage().events().count(EventFilter.all())));
    assertThat(Await.value(sides.first().events().count(EventFilter.all()))).isEqualTo(2);
    second().failWhen(() -> false);
    sides.cutOver();
    sides.requireAlike();
  }

  @Test
  void a_crash_between_the_two_notes_leaves_one_side_that_may_lead() {
    Await.value(sides.append(1).then(sides.storage().events().count(EventFilter.all())));
    sides.requireAlike();
    Await.done(sides.storage().close());
    String second = Await.value(sides.second().health()).facts().get("store");
    Await.value(
        sides
            .first()
            .transfer(LockState.KIND)
            .load(List.of(new LockState(NOTE, 2, second, Instant.EPOCH))));

    Await.failure(
        ConflictException.class,
        DualStorage.open(sides.first(), sides.second(), DualOptions.DEFAULT));
    sides.becomes(
        Await.value(DualStorage.open(sides.second(), sides.first(), DualOptions.DEFAULT)));

    Await.value(sides.append(2).then(sides.storage().events().count(EventFilter.all())));
    sides.requireAlike();
    assertThat(Await.value(sides.second().locks().find(NOTE)).token()).isEqualTo(2);
  }

  @Test
  void the_side_that_has_handed_over_is_refused_as_the_one_that_leads() {
    Await.value(sides.append(1).then(sides.storage().events().count(EventFilter.all())));
    sides.cutOver();
    Await.done(sides.storage().close());

    Await.failure(
        ConflictException.class,
        DualStorage.open(sides.first(), sides.second(), DualOptions.DEFAULT));

    DualStorage reversed =
        Await.value(DualStorage.open(sides.second(), sides.first(), DualOptions.DEFAULT));
    sides.becomes(reversed);
    Await.value(sides.append(2).then(reversed.events().count(EventFilter.all())));
    sides.requireAlike();
  }
}
