package io.holdfast.contract;

import static io.holdfast.contract.Consuming.OPTIONS;
import static io.holdfast.contract.Consuming.append;
import static io.holdfast.contract.Consuming.awaitProcessed;
import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.contract.Consuming.Seen;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Which events a member of a durable subscription gets, and in what order. */
@SuppressWarnings("try") // Members work in the background until their block ends.
public interface ConsumeOrderContract extends StorageContract {

  private static List<Long> upTo(int version) {
    return LongStream.rangeClosed(1, version).boxed().toList();
  }

  @Test
  default void handles_what_is_there_and_then_what_comes_in_the_order_of_each_job() {
    var unused = append(storage(), 10, 20);
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      seen.awaitCount(200);
      Position last = append(storage(), 10, 20);
      awaitProcessed(storage(), last);
    }

    assertThat(seen.versions()).hasSize(10);
    assertThat(seen.versions().values()).allSatisfy(it -> assertThat(it).isEqualTo(upTo(40)));
  }

  @Test
  default void goes_on_where_it_was() {
    Position first = append(storage(), 5, 5);
    Seen before = new Seen();
    try (Consuming member = Consuming.start(storage(), before.handler())) {
      awaitProcessed(storage(), first);
    }
    Position second = append(storage(), 5, 5);
    reopen();
    Seen after = new Seen();
    try (Consuming member = Consuming.start(storage(), after.handler())) {
      awaitProcessed(storage(), second);
    }

    assertThat(before.count()).isEqualTo(25);
    assertThat(after.versions().values())
        .hasSize(5)
        .allSatisfy(it -> assertThat(it).containsExactly(6L, 7L, 8L, 9L, 10L));
  }

  @Test
  default void what_was_not_done_when_a_member_left_is_handled_again() {
    Position last = append(storage(), 3, 4);
    Sinks.One<RecordedEvent> begun = Sinks.one();
    EventHandler stuck =
        EventHandler.plain(
            event -> {
              var unused = begun.tryEmitValue(event);
              return Mono.never();
            });
    RecordedEvent given;
    try (Consuming member = Consuming.start(storage(), stuck)) {
      given = Await.value(begun.asMono());
    }
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), last);
    }

    assertThat(seen.events()).contains(given).hasSize(12);
  }

  @Test
  default void only_what_the_filter_lets_through_is_handled_and_progress_passes_the_rest() {
    EventFilter filter = EventFilter.all().withTypes("wanted");
    Seen seen = new Seen();
    append(storage(), JOB, event(1), Samples.event(2));
    Position wanted = append(storage(), JOB, Event.of("wanted", Samples.json(3)));
    try (Consuming member = Consuming.start(storage(), filter, OPTIONS, seen.handler())) {
      awaitProcessed(storage(), wanted);
      Position last = append(storage(), JOB, event(4), event(5));
      awaitProcessed(storage(), last);
    }

    assertThat(seen.events()).extracting(RecordedEvent::version).containsExactly(3L);
  }

  @Test
  default void a_new_subscription_begins_where_it_is_told() {
    var unused = append(storage(), 2, 3);
    Seen seen = new Seen();
    try (Consuming member =
        Consuming.start(storage(), OPTIONS.startingFrom(StartFrom.now()), seen.handler())) {
      var joined =
          Await.until(
              Mono.defer(() -> storage().subscriptions().find(Consuming.subscriptionName()))
                  .filter(subscription -> !subscription.members().isEmpty()));
      assertThat(joined.position()).isNotEqualTo(Position.BEGINNING);
      awaitProcessed(storage(), append(storage(), 2, 1));
    }

    assertThat(seen.versions().values()).allSatisfy(it -> assertThat(it).containsExactly(4L));
  }

  /** While the first few are handled, the others gather. */
  @Test
  default void jobs_are_handled_side_by_side_up_to_the_concurrency() {
    Position last = append(storage(), 12, 4);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    EventHandler handler =
        EventHandler.plain(
            event ->
                Mono.defer(
                        () -> {
                          most.accumulateAndGet(now.incrementAndGet(), Math::max);
                          return Mono.delay(Duration.ofMillis(10));
                        })
                    .doOnTerminate(now::decrementAndGet)
                    .then());
    try (Consuming member = Consuming.start(storage(), OPTIONS.withConcurrency(3), handler)) {
      awaitProcessed(storage(), last);
    }

    assertThat(most).hasValue(3);
  }

  @Test
  default void two_members_share_the_jobs_and_each_job_keeps_its_order() {
    var unused = append(storage(), 40, 2);
    Seen one = new Seen();
    Seen two = new Seen();
    try (Consuming first = Consuming.start(storage(), one.handler())) {
      one.awaitCount(80);
      try (Consuming second = Consuming.start(storage(), two.handler())) {
        var shared =
            Await.until(
                Mono.defer(() -> storage().subscriptions().find(Consuming.subscriptionName()))
                    .filter(
                        subscription ->
                            subscription.members().size() == 2
                                && subscription.members().stream()
                                    .allMatch(member -> member.slices() == 4)));
        assertThat(shared.members()).extracting(Member::slices).containsExactly(4, 4);
        awaitProcessed(storage(), append(storage(), 40, 5));
      }
      awaitProcessed(storage(), append(storage(), 40, 1));
    }

    assertThat(two.count()).as("the second one has had its share").isPositive();
    assertThat(one.count() + two.count()).as("nothing was handled twice").isEqualTo(40 * 8);
    assertThat(one.versions().values()).allSatisfy(it -> assertThat(it).isSorted());
    assertThat(two.versions().values()).allSatisfy(it -> assertThat(it).isSorted());
    for (JobId job : one.versions().keySet()) {
      assertThat(one.versions().get(job)).startsWith(1L, 2L).endsWith(8L);
    }
  }

  @Test
  default void a_handler_is_asked_for_no_more_than_a_batch_ahead() {
    var unused = append(storage(), 1, 30);
    Seen seen = new Seen();
    EventHandler stuck =
        EventHandler.plain(
            event -> {
              seen.add(event);
              return seen.count() < 3 ? Mono.empty() : Mono.never();
            });
    try (Consuming member =
        Consuming.start(
            storage(), OPTIONS.withBatchSize(2).withLeaseDuration(Duration.ofSeconds(5)), stuck)) {
      seen.awaitCount(3);
      var stored =
          Await.until(
              Mono.defer(() -> storage().subscriptions().find(Consuming.subscriptionName()))
                  .filter(
                      it ->
                          !it.slices().stream()
                              .allMatch(slice -> slice.position().equals(Position.BEGINNING))));
      assertThat(stored.slices())
          .as("one slice is past a batch, before the next is done")
          .anyMatch(slice -> !slice.position().equals(Position.BEGINNING));
    }

    assertThat(seen.events()).extracting(RecordedEvent::version).containsExactly(1L, 2L, 3L);
  }
}
