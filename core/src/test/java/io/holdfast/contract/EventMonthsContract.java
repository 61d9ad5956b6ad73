package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Months: made, listed, dropped, and what is left then. */
public interface EventMonthsContract extends StorageContract {

  /** Months that are long over. */
  YearMonth JANUARY = YearMonth.of(2021, 1);

  private EventLog log() {
    return storage().events();
  }

  private EventMonths months() {
    return log().months();
  }

  private static Instant in(YearMonth month, int day) {
    return month.atDay(day).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private AppendResult append(JobId job, Event... events) {
    return Await.value(log().append(job, ExpectedVersion.any(), List.of(events)));
  }

  /** Twelve events of two jobs, in turn of January, February and March. */
  private List<RecordedEvent> twelve() {
    for (int n = 0; n < 12; n++) {
      append(job(n % 2), event(n).at(in(JANUARY.plusMonths(n % 3), 1 + n)));
    }
    List<RecordedEvent> all = read(EventQuery.forward(EventFilter.all()));
    assertThat(all).hasSize(12);
    return all;
  }

  private List<RecordedEvent> read(EventQuery query) {
    return Await.all(log().read(query));
  }

  private List<RecordedEvent> without(List<RecordedEvent> events, YearMonth month) {
    return events.stream()
        .filter(event -> !EventMonth.of(event.createdAt()).equals(month))
        .toList();
  }

  private List<YearMonth> listed() {
    return Await.all(months().list()).stream()
        .map(EventMonth::month)
        .filter(month -> month.isBefore(YearMonth.of(2022, 1)))
        .toList();
  }

  private EventMonth month(YearMonth wanted) {
    return Await.all(months().list()).stream()
        .filter(month -> month.month().equals(wanted))
        .findFirst()
        .orElseThrow(() -> new AssertionError("not listed: " + wanted));
  }

  @Test
  default void lists_months_in_order_with_what_is_in_them() {
    List<RecordedEvent> all = twelve();

    assertThat(listed()).containsExactly(JANUARY, JANUARY.plusMonths(1), JANUARY.plusMonths(2));
    EventMonth february = month(JANUARY.plusMonths(1));
    assertThat(february.state()).isEqualTo(EventMonth.State.LIVE);
    assertThat(february.events()).isEqualTo(4);
    assertThat(february.exact()).isTrue();
    assertThat(february.bytes()).isPositive();
    assertThat(february.first()).isEqualTo(all.get(1).position());
    assertThat(february.last()).isEqualTo(all.get(10).position());
  }

  @Test
  default void makes_a_month_once() {
    EventMonth made = Await.value(months().create(JANUARY));

    assertThat(made.month()).isEqualTo(JANUARY);
    assertThat(made.events()).isZero();
    assertThat(made.first()).isNull();
    assertThat(Await.value(months().create(JANUARY))).isEqualTo(made);
    reopen();
    assertThat(listed()).containsExactly(JANUARY);
    assertThat(append(JOB, event(1).at(in(JANUARY, 31))).last().version()).isEqualTo(1);
    assertThat(month(JANUARY).events()).isEqualTo(1);
  }

  @Test
  default void a_month_of_no_event_cannot_be_made() {
    Await.failure(NotFoundException.class, months().drop(JANUARY, Removal.CHECKED));
    assertThatThrownBy(() -> Await.value(months().create(YearMonth.of(1969, 12))))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> Await.value(months().create(YearMonth.of(2200, 1))))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  default void dropping_takes_the_events_of_one_month_and_no_other() {
    List<RecordedEvent> rest = without(twelve(), JANUARY.plusMonths(1));

    EventMonth dropped = Await.value(months().drop(JANUARY.plusMonths(1), Removal.CHECKED));

    assertThat(dropped.events()).isEqualTo(4);
    assertThat(listed()).containsExactly(JANUARY, JANUARY.plusMonths(2));
    requireEverywhere(rest);
    reopen();
    requireEverywhere(rest);
  }

  private void requireEverywhere(List<RecordedEvent> expected) {
    List<RecordedEvent> reversed = new ArrayList<>(expected);
    Collections.reverse(reversed);
    assertThat(read(EventQuery.forward(EventFilter.all()))).isEqualTo(expected);
    assertThat(read(EventQuery.backward(EventFilter.all()))).isEqualTo(reversed);
    assertThat(read(EventQuery.job(job(1))))
        .isEqualTo(expected.stream().filter(event -> event.job().equals(job(1))).toList());
    assertThat(
            Await.all(
                log().subscribe(EventFilter.all(), StartFrom.beginning()).take(expected.size())))
        .isEqualTo(expected);
    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(expected.size());
  }

  @Test
  default void jobs_and_positions_go_on_where_they_were() {
    Position last =
        append(JOB, event(1).at(in(JANUARY, 1)), event(2).at(in(JANUARY, 2))).last().position();
    Await.value(months().drop(JANUARY, Removal.CHECKED));
    reopen();

    AppendResult appended =
        Await.value(
            log().append(JOB, ExpectedVersion.exactly(2), List.of(event(3).at(in(JANUARY, 3)))));

    assertThat(appended.last().version()).isEqualTo(3);
    assertThat(Histories.isBehind(appended.last().position(), last)).isTrue();
    Await.failure(
        ConflictException.class, log().append(JOB, ExpectedVersion.none(), List.of(event(4))));
    assertThat(read(EventQuery.job(JOB))).extracting(RecordedEvent::version).containsExactly(3L);
  }

  @Test
  default void a_month_that_was_dropped_can_be_filled_and_dropped_again() {
    for (int round = 1; round <= 3; round++) {
      append(JOB, event(round).at(in(JANUARY, round)), event(round).at(in(JANUARY, round)));
      assertThat(month(JANUARY).events()).isEqualTo(2);
      assertThat(read(EventQuery.job(JOB)))
          .extracting(RecordedEvent::version)
          .containsExactly(2L * round - 1, 2L * round);
      Await.value(months().drop(JANUARY, Removal.CHECKED));
      assertThat(read(EventQuery.forward(EventFilter.all()))).isEmpty();
      reopen();
    }
    assertThat(append(JOB, event(9)).last().version()).isEqualTo(7);
  }

  @Test
  default void a_repeated_batch_is_known_though_its_month_is_gone() {
    EventBatch batch =
        EventBatch.of(
            JOB,
            ExpectedVersion.none(),
            List.of(event(1).at(in(JANUARY, 1)), event(2), event(3).at(in(JANUARY, 2))));
    AppendResult first = Await.value(log().append(batch));
    Await.value(months().drop(JANUARY, Removal.CHECKED));

    AppendResult again = Await.value(log().append(batch));
    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).extracting(Appended::version).containsExactly(1L, 2L, 3L);
    assertThat(again.events()).extracting(Appended::job).containsOnly(JOB);
    assertThat(again.events().get(1)).as("what is there").isEqualTo(first.events().get(1));
    assertThat(read(EventQuery.forward(EventFilter.all()))).as("nothing came back").hasSize(1);
  }

  @Test
  default void refuses_a_month_that_is_not_over_unless_forced() {
    append(JOB, event(1));
    YearMonth now = EventMonth.of(read(EventQuery.job(JOB)).get(0).createdAt());

    Await.failure(ConflictException.class, months().drop(now, Removal.CHECKED));
    assertThat(read(EventQuery.job(JOB))).hasSize(1);

    assertThat(Await.value(months().drop(now, Removal.FORCED)).events()).isEqualTo(1);
    assertThat(read(EventQuery.job(JOB))).isEmpty();
    assertThat(append(JOB, event(2)).last().version()).isEqualTo(2);
  }

  @Test
  default void refuses_a_month_that_a_durable_subscription_has_not_read_unless_forced() {
    List<RecordedEvent> all = twelve();
    SubscriptionName name = new SubscriptionName("billing");
    Await.done(
        storage()
            .subscriptions()
            .create(new SubscriptionDefinition(name, EventFilter.all(), 2, all.get(8).position())));

    ConflictException refused =
        Await.failure(ConflictException.class, months().drop(JANUARY, Removal.CHECKED));
    assertThat(refused).hasMessageContaining("billing").hasMessageContaining("2021-01");
    Await.failure(ConflictException.class, months().archive(JANUARY, Removal.CHECKED.asDryRun()));
    Await.failure(ConflictException.class, months().retain(Retention.of(Duration.ofDays(30))));
    assertThat(read(EventQuery.forward(EventFilter.all()))).isEqualTo(all);

    Await.done(storage().subscriptions().rewind(name, all.get(9).position()));
    assertThat(Await.value(months().drop(JANUARY, Removal.CHECKED)).events()).isEqualTo(4);
    assertThat(Await.value(months().drop(JANUARY.plusMonths(1), Removal.FORCED)).events())
        .isEqualTo(4);
  }

  @Test
  default void a_dry_run_says_what_would_go_and_leaves_it() {
    List<RecordedEvent> all = twelve();

    assertThat(Await.value(months().drop(JANUARY, Removal.CHECKED.asDryRun())).events())
        .isEqualTo(4);
    assertThat(
            Await.all(
                months().retain(Retention.of(Duration.ofDays(1)).with(Removal.FORCED.asDryRun()))))
        .extracting(EventMonth::month)
        .startsWith(JANUARY, JANUARY.plusMonths(1), JANUARY.plusMonths(2));
    assertThat(read(EventQuery.forward(EventFilter.all()))).isEqualTo(all);
  }

  @Test
  default void retention_takes_what_is_too_old_and_keeps_the_rest() {
    Instant now = Instant.now();
    append(JOB, event(1).at(in(JANUARY, 1)));
    append(JOB, event(2).at(in(JANUARY.plusMonths(1), 1)));
    append(JOB, event(3).at(now));
    Duration age = Duration.between(in(JANUARY.plusMonths(1), 15), now);

    List<EventMonth> gone = Await.all(months().retain(Retention.of(age)));

    assertThat(gone).extracting(EventMonth::month).containsExactly(JANUARY);
    assertThat(read(EventQuery.job(JOB)))
        .extracting(RecordedEvent::version)
        .containsExactly(2L, 3L);
    assertThat(Await.all(months().retain(Retention.of(age)))).as("again: nothing left").isEmpty();
  }

  @Test
  default void retention_of_less_than_a_day_is_a_mistake() {
    append(JOB, event(1).at(in(JANUARY, 1)));

    assertThatThrownBy(() -> Retention.of(Duration.ZERO)).isInstanceOf(InvalidInputException.class);
    assertThat(Await.all(months().retain(Retention.of(Duration.ofDays(90))))).hasSize(1);
  }

  @Test
  default void one_batch_does_not_make_thousands_of_months() {
    List<Event> spread =
        IntStream.range(0, EventBatch.MONTHS_MAX + 1)
            .mapToObj(n -> event(n).at(in(JANUARY.minusMonths(n), 1)))
            .toList();

    assertThatThrownBy(() -> EventBatch.of(JOB, ExpectedVersion.none(), spread))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("121");
    Await.value(
        log().append(JOB, ExpectedVersion.none(), spread.subList(0, EventBatch.MONTHS_MAX)));
    assertThat(listed()).hasSize(EventBatch.MONTHS_MAX);
  }

  @Test
  default void readers_and_writers_of_other_months_do_not_notice() {
    List<RecordedEvent> all = twelve();
    List<RecordedEvent> rest = without(without(all, JANUARY), JANUARY.plusMonths(1));

    Race.allWin(
        24,
        n ->
            n % 12 == 5
                ? months().drop(JANUARY.plusMonths(n / 12), Removal.CHECKED).thenReturn(n)
                : log().append(job(7), ExpectedVersion.any(), List.of(event(n))).thenReturn(n));

    List<RecordedEvent> left = read(EventQuery.forward(EventFilter.all()));
    assertThat(left).startsWith(rest.toArray(RecordedEvent[]::new)).hasSize(rest.size() + 22);
    assertThat(
            left.stream().filter(event -> event.job().equals(job(7))).map(RecordedEvent::version))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 22).boxed().toList());
  }
}
