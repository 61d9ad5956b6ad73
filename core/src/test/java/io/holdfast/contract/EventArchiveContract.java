package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
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
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Archived months are read as if they had never left. */
public interface EventArchiveContract extends StorageContract {

  /** A month that is long over. */
  YearMonth MAY = YearMonth.of(2021, 5);

  private EventLog log() {
    return storage().events();
  }

  private EventMonths months() {
    return log().months();
  }

  private static Instant in(YearMonth month, int day) {
    return month.atDay(day).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private static Event odd(int n) {
    Event event =
        Event.of(
                n % 2 == 0 ? "even" : "odd",
                Json.of("{\"n\":" + n + ",\"success\":" + (n % 3 == 0) + ",\"t\":\"\u00e4\\\"\"}"))
            .at(in(MAY.plusMonths(n % 4), 1 + n % 28));
    return n % 5 == 0 ? event.withCorrelation("c").withAgent("a").withId("id-" + n) : event;
  }

  /** Events of four months whose positions interleave, of five jobs. */
  private List<RecordedEvent> fill(int count) {
    Await.done(
        Flux.range(0, count)
            .buffer(7)
            .concatMap(
                some ->
                    log()
                        .append(
                            job(some.get(0) / 7 % 5),
                            ExpectedVersion.any(),
                            some.stream().map(EventArchiveContract::odd).toList())));
    List<RecordedEvent> all = read(EventQuery.forward(EventFilter.all()).limit(100_000));
    assertThat(all).hasSize(count);
    return all;
  }

  private List<RecordedEvent> read(EventQuery query) {
    return Await.all(log().read(query));
  }

  private EventMonth archive(YearMonth month) {
    return Await.value(months().archive(month, Removal.CHECKED));
  }

  /** Everything that can be asked, in all orders and with all filters. */
  private List<Object> answers(List<RecordedEvent> all) {
    Position middle = all.get(all.size() / 2).position();
    List<Object> answers = new ArrayList<>();
    for (EventFilter filter :
        List.of(
            EventFilter.all(),
            EventFilter.job(job(1)),
            EventFilter.all().withJobs(Set.of(job(1), job(3))),
            EventFilter.all().withTypes("odd"),
            EventFilter.job(job(2)).withTypes("even"),
            EventFilter.all().withCorrelation("c"),
            EventFilter.all().withAgent("a"),
            EventFilter.all().within(in(MAY.plusMonths(1), 5), in(MAY.plusMonths(2), 9)),
            EventFilter.all().containing(Json.of("{\"success\":true}")))) {
      answers.add(read(EventQuery.forward(filter).limit(100_000)));
      answers.add(read(EventQuery.backward(filter).limit(100_000)));
      answers.add(read(EventQuery.forward(filter).from(middle).limit(11)));
      answers.add(read(EventQuery.backward(filter).from(middle).limit(11)));
      answers.add(Await.value(log().count(filter)));
    }
    answers.add(read(EventQuery.job(job(4))));
    answers.add(read(EventQuery.job(job(4)).fromVersion(9).limit(3)));
    answers.add(Await.value(log().stats(job(2))));
    answers.add(followed(EventFilter.all(), all.size()));
    answers.add(Await.all(storage().transfer(RecordedEvent.KIND).export()));
    answers.add(Await.value(storage().transfer(RecordedEvent.KIND).count()));
    return answers;
  }

  private List<RecordedEvent> followed(EventFilter filter, int count) {
    return Await.all(log().subscribe(filter, StartFrom.beginning()).take(count));
  }

  @Test
  default void every_answer_is_the_same_when_months_are_archived() {
    List<RecordedEvent> all = fill(400);
    List<Object> before = answers(all);

    archive(MAY.plusMonths(1));
    assertThat(answers(all)).isEqualTo(before);
    archive(MAY.plusMonths(3));
    archive(MAY);
    archive(MAY.plusMonths(2));
    assertThat(answers(all)).isEqualTo(before);
    reopen();

    assertThat(answers(all)).isEqualTo(before);
  }

  @Test
  default void lists_what_is_archived() {
    List<RecordedEvent> all = fill(40);

    EventMonth archived = archive(MAY.plusMonths(1));

    assertThat(archived.state()).isEqualTo(EventMonth.State.ARCHIVED);
    assertThat(archived.events()).isEqualTo(10);
    assertThat(archived.exact()).isTrue();
    assertThat(archived.bytes()).isPositive();
    assertThat(archived.first()).isEqualTo(all.get(1).position());
    assertThat(archived.last()).isEqualTo(all.get(37).position());
    assertThat(Await.all(months().list())).contains(archived);
    reopen();
    assertThat(Await.all(months().list())).contains(archived);
  }

  @Test
  default void archiving_again_changes_nothing() {
    fill(40);
    EventMonth archived = archive(MAY);

    assertThat(archive(MAY)).isEqualTo(archived);
    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(40);
  }

  @Test
  default void of_a_month_without_events_nothing_is_left() {
    Await.done(months().create(MAY));

    assertThat(archive(MAY)).isEqualTo(EventMonth.gone(MAY));
    Await.failure(NotFoundException.class, months().archive(MAY, Removal.CHECKED));
    Await.done(log().append(JOB, ExpectedVersion.none(), List.of(event(1).at(in(MAY, 1)))));
    assertThat(read(EventQuery.job(JOB))).hasSize(1);
  }

  @Test
  default void a_dry_run_archives_nothing() {
    fill(40);

    EventMonth month = Await.value(months().archive(MAY, Removal.CHECKED.asDryRun()));

    assertThat(month.state()).isEqualTo(EventMonth.State.LIVE);
    assertThat(Await.all(months().list())).contains(month);
  }

  @Test
  default void refuses_to_archive_what_is_not_there_or_not_over() {
    Await.done(log().append(JOB, ExpectedVersion.none(), List.of(event(1))));
    YearMonth now = EventMonth.of(read(EventQuery.job(JOB)).get(0).createdAt());

    Await.failure(NotFoundException.class, months().archive(MAY, Removal.CHECKED));
    Await.failure(ConflictException.class, months().archive(now, Removal.CHECKED));

    assertThat(Await.value(months().archive(now, Removal.FORCED)).events()).isEqualTo(1);
    assertThat(read(EventQuery.job(JOB))).hasSize(1);
    assertThat(
            Await.value(log().append(JOB, ExpectedVersion.exactly(1), List.of(event(2))))
                .last()
                .version())
        .isEqualTo(2);
    assertThat(followed(EventFilter.job(JOB), 2)).hasSize(2);
  }

  @Test
  default void a_month_can_be_filled_and_archived_again() {
    for (int round = 1; round <= 3; round++) {
      Await.done(
          log()
              .append(
                  JOB,
                  ExpectedVersion.exactly(3L * round - 3),
                  IntStream.range(0, 3).mapToObj(n -> event(n).at(in(MAY, 1 + n))).toList()));
      assertThat(read(EventQuery.job(JOB))).hasSize(3 * round);

      assertThat(archive(MAY).events()).isEqualTo(3L * round);

      assertThat(read(EventQuery.job(JOB)))
          .extracting(RecordedEvent::version)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 3L * round).boxed().toList());
      reopen();
    }
    assertThat(read(EventQuery.backward(EventFilter.all()))).hasSize(9);
  }

  @Test
  default void dropping_takes_it_from_the_archive_too() {
    List<RecordedEvent> all = fill(40);
    archive(MAY);
    Await.done(log().append(JOB, ExpectedVersion.any(), List.of(event(1).at(in(MAY, 3)))));

    assertThat(Await.value(months().drop(MAY, Removal.CHECKED)).events()).isEqualTo(11);

    assertThat(read(EventQuery.forward(EventFilter.all())))
        .isEqualTo(
            all.stream().filter(event -> !EventMonth.of(event.createdAt()).equals(MAY)).toList());
    reopen();
    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(30);
    Await.failure(NotFoundException.class, months().drop(MAY, Removal.CHECKED));
  }

  @Test
  default void retention_archives_what_is_too_old() {
    fill(40);
    Duration age = Duration.between(in(MAY.plusMonths(2), 15), Instant.now());

    List<EventMonth> archived = Await.all(months().retain(Retention.archiving(age)));

    assertThat(archived).extracting(EventMonth::month).containsExactly(MAY, MAY.plusMonths(1));
    assertThat(archived).extracting(EventMonth::state).containsOnly(EventMonth.State.ARCHIVED);
    assertThat(Await.all(months().retain(Retention.archiving(age)))).as("again").isEmpty();
    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(40);
    assertThat(Await.all(months().retain(Retention.of(age)))).as("dropped").hasSize(2);
    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(20);
  }

  @Test
  default void stats_say_the_same() {
    fill(80);
    EventStats before = Await.value(log().stats(job(3)));

    IntStream.range(0, 4).forEach(n -> archive(MAY.plusMonths(n)));

    assertThat(Await.value(log().stats(job(3)))).isEqualTo(before);
    assertThat(before.total()).isPositive();
  }

  @Test
  default void nothing_is_lost_while_a_month_that_is_written_to_is_archived() {
    fill(200);
    int more = 30;
    Mono<List<RecordedEvent>> follower =
        log().subscribe(EventFilter.all(), StartFrom.beginning()).take(200 + more).collectList();
    Flux<Long> appends =
        Flux.range(0, more)
            .flatMap(
                n ->
                    log()
                        .append(
                            new JobId("late-" + n % 3),
                            ExpectedVersion.any(),
                            List.of(event(n).at(in(MAY, 2)))),
                4)
            .map(appended -> appended.last().version());
    Flux<EventMonth> archivings =
        Flux.range(0, 2).concatMap(n -> months().archive(MAY, Removal.CHECKED));

    var all = Await.value(Mono.zip(follower, appends.collectList(), archivings.collectList()));

    assertThat(all.getT1()).hasSize(200 + more).doesNotHaveDuplicates();
    Histories.requireWhole(all.getT1());
    assertThat(read(EventQuery.forward(EventFilter.all()).limit(1_000))).isEqualTo(all.getT1());
  }

  @Test
  default void the_lag_of_a_subscription_counts_archived_events_too() {
    List<RecordedEvent> all = fill(200);
    archive(MAY);
    archive(MAY.plusMonths(1));
    Position middle = all.get(79).position();
    long oddOnes = all.stream().skip(80).filter(event -> event.type().equals("odd")).count();

    assertThat(lag("all", EventFilter.all(), Position.BEGINNING)).isEqualTo(200);
    assertThat(lag("rest", EventFilter.all(), middle)).isEqualTo(120);
    assertThat(lag("odd", EventFilter.all().withTypes("odd"), middle)).isEqualTo(oddOnes);
  }

  private long lag(String name, EventFilter filter, Position start) {
    SubscriptionName subscription = new SubscriptionName(name);
    return Await.value(
        storage()
            .subscriptions()
            .create(new SubscriptionDefinition(subscription, filter, 4, start))
            .then(Mono.defer(() -> storage().subscriptions().lag(subscription))));
  }
}
