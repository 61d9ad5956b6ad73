package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.contract.Faults;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.Removal;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** What follows is made like what leads: so nothing follows that is somebody else's. */
class DualPairsTest {

  private static final LockName NOTE = new LockName("holdfast/leading-store");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final YearMonth MAY = YearMonth.parse("2024-05");
  private static final YearMonth JUNE = YearMonth.parse("2024-06");
  private static final SessionId OURS = new SessionId("ours");
  private static final SessionId THEIRS = new SessionId("theirs");

  @RegisterExtension final FreshDirectory first = new FreshDirectory();
  @RegisterExtension final FreshDirectory second = new FreshDirectory();
  @RegisterExtension final FreshDirectory third = new FreshDirectory();

  private static DualStorage open(UnifiedStorage leading, UnifiedStorage following) {
    return Await.value(DualStorage.open(leading, following, DualOptions.DEFAULT));
  }

  private static void refuse(UnifiedStorage leading, UnifiedStorage following) {
    Await.failure(
        ConflictException.class,
        DualStorage.open(leading, following, DualOptions.DEFAULT).flatMap(DualStorage::close));
  }

  /** Opens the first two, and closes them again once they are alike. */
  private void pair() {
    DualStorage dual = open(first.storage(), second.storage());
    Await.done(dual.caughtUp());
    Await.done(dual.close());
  }

  @CanIgnoreReturnValue
  private static Session create(FreshDirectory where, SessionId id) {
    return Await.value(
        where
            .storage()
            .sessions()
            .create(id, SessionDetails.of("build", "repository", Json.EMPTY)));
  }

  private static void append(FreshDirectory where) {
    append(where, Event.of("step", Json.EMPTY));
  }

  private static void append(FreshDirectory where, YearMonth month) {
    append(where, Event.of("step", Json.EMPTY).at(Instant.parse(month + "-02T00:00:00Z")));
  }

  private static void append(FreshDirectory where, Event event) {
    Await.value(
        where.storage().events().append(new JobId("job"), ExpectedVersion.any(), List.of(event)));
  }

  private static void drop(FreshDirectory where, YearMonth month) {
    Await.value(where.storage().events().months().drop(month, Removal.CHECKED));
  }

  private static String storeOf(FreshDirectory where) {
    return Await.value(where.storage().health()).facts().get("store");
  }

  private static void note(FreshDirectory where, FreshDirectory leading, long term) {
    Await.value(
        where
            .storage()
            .transfer(LockState.KIND)
            .load(List.of(new LockState(NOTE, term, storeOf(leading), Instant.EPOCH))));
  }

  private static boolean has(FreshDirectory where, SessionId id) {
    return Await.maybe(where.storage().sessions().find(id)).isPresent();
  }

  @Test
  void a_store_of_somebody_else_does_not_follow_whoever_has_led_before() {
    create(first, OURS);
    pair();
    create(third, THEIRS);

    refuse(first.storage(), third.storage());

    assertThat(has(third, THEIRS)).isTrue();
  }

  @Test
  void a_store_of_somebody_else_is_left_alone_although_it_was_away_at_first() {
    create(first, OURS);
    pair();
    create(third, THEIRS);
    Faults faults = new Faults(third.storage());
    faults.failWhen(() -> true);
    DualStorage dual = open(first.storage(), faults.storage());
    faults.failWhen(() -> false);

    var problem =
        Await.until(
            dual.status()
                .flatMap(status -> Mono.justOrEmpty(status.problem()))
                .filter(text -> text.contains("full of something else")));
    Await.done(dual.close());

    assertThat(problem).contains("the store as a whole");
    assertThat(has(third, THEIRS)).isTrue();
    assertThat(has(third, OURS)).isFalse();
  }

  @Test
  void a_store_with_an_event_of_its_own_does_not_follow() {
    append(first);
    append(first);
    append(third);

    refuse(first.storage(), third.storage());

    assertThat(Await.value(third.storage().events().count(EventFilter.all()))).isEqualTo(1);
  }

  @Test
  void a_late_event_is_not_taken_for_one_of_a_month_that_was_dropped() {
    append(first, MAY);
    pair();
    // It was cancelled before the sides were exchanged, and is the first of its month.
    append(second, JUNE);

    refuse(first.storage(), second.storage());

    append(first, Event.of("other", Json.EMPTY).at(Instant.parse("2024-06-03T00:00:00Z")));
    refuse(first.storage(), second.storage());
  }

  @Test
  void a_side_that_was_away_while_months_were_dropped_follows() {
    append(first, MAY);
    pair();
    drop(first, MAY);

    pair();
    assertThat(count(second)).as("dropped there too").isZero();

    append(first, MAY);
    pair();
    append(first, JUNE);
    drop(first, MAY);
    pair();
    assertThat(count(second)).isEqualTo(1);
  }

  private static long count(FreshDirectory where) {
    return Await.value(where.storage().events().count(EventFilter.all()));
  }

  @Test
  void terms_go_on_from_the_last_one_that_either_side_knows_of() {
    note(third, third, 5);
    Await.done(third.storage().locks().forceRelease(NOTE));
    pair();

    DualStorage dual = open(first.storage(), third.storage());
    Await.done(dual.caughtUp());
    assertThat(noteOf(first).token()).isEqualTo(6);
    assertThat(noteOf(third)).isEqualTo(noteOf(first));
    Await.done(dual.cutOver(PATIENCE));
    Await.done(dual.caughtUp());

    assertThat(noteOf(third).owner()).isEqualTo(storeOf(third));
    assertThat(noteOf(first)).isEqualTo(noteOf(third));
    Await.done(dual.close());
  }

  private static LockState noteOf(FreshDirectory where) {
    return Await.value(where.storage().locks().find(NOTE));
  }

  @Test
  void nobody_takes_or_gives_back_the_note_of_who_leads() {
    DualStorage dual = open(first.storage(), second.storage());
    LockRequest request = new LockRequest(NOTE, "me", PATIENCE);
    for (ThrowingCallable wrong :
        List.<ThrowingCallable>of(
            () -> dual.locks().forceRelease(NOTE),
            () -> dual.locks().tryAcquire(request),
            () -> dual.locks().acquire(request, PATIENCE),
            () -> dual.locks().elect(request),
            () ->
                Await.done(
                    dual.inTransaction(tx -> tx.locks().forceRelease(NOTE).thenReturn(true))))) {
      assertThatThrownBy(wrong).isInstanceOf(InvalidInputException.class);
    }
    Await.done(dual.cutOver(PATIENCE));
    Await.done(dual.close());
  }

  @Test
  void a_store_of_nothing_but_events_does_not_follow_an_empty_one() {
    append(third);

    refuse(first.storage(), third.storage());

    assertThat(Await.value(third.storage().events().count(EventFilter.all()))).isEqualTo(1);
  }

  @Test
  void a_copy_may_follow_although_it_is_neither_full_nor_the_newest() {
    Session ours = create(first, OURS);
    Await.value(second.storage().transfer(Session.KIND).load(List.of(ours)));
    create(second, THEIRS);
    create(first, new SessionId("later"));

    pair();

    assertThat(has(second, THEIRS)).isFalse();
    assertThat(has(second, new SessionId("later"))).isTrue();
  }

  @Test
  void a_store_follows_only_another_one() {
    refuse(first.storage(), first.storage());
    pair();

    refuse(first.storage(), first.storage());
    refuse(second.storage(), second.storage());
  }

  @Test
  void a_store_that_leads_does_not_follow_until_it_is_released() {
    pair();
    note(third, third, 1);

    refuse(first.storage(), third.storage());

    Await.done(third.storage().locks().forceRelease(NOTE));
    Await.done(open(first.storage(), third.storage()).close());
  }

  @Test
  void a_store_that_is_older_than_what_follows_it_does_not_lead() {
    pair();
    // It has led since, in a term that it does not know of: it comes from a backup.
    note(second, first, 3);

    refuse(first.storage(), second.storage());
  }
}
