package io.holdfast.contract;

import static io.holdfast.contract.Consuming.OPTIONS;
import static io.holdfast.contract.Consuming.append;
import static io.holdfast.contract.Consuming.awaitProcessed;
import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.QUIET;
import static io.holdfast.contract.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.contract.Consuming.Seen;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.DurableSubscription;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Watching and steering durable subscriptions. */
@SuppressWarnings("try") // Members work in the background until their block ends.
public interface ConsumeControlContract extends StorageContract {

  private DurableSubscription subscription() {
    return Consuming.subscription(storage());
  }

  private boolean isHandled(Position position) {
    return Await.value(
        subscription()
            .awaitProcessed(position)
            .timeout(QUIET)
            .thenReturn(true)
            .onErrorReturn(TimeoutException.class, false));
  }

  /** Members hear of a pause at their next pulse; what comes earlier may still be handled. */
  @Test
  default void a_paused_subscription_handles_nothing_until_it_is_resumed() {
    Position first = append(storage(), 4, 2);
    Seen seen = new Seen();
    int appended = 8;
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), first);
      Await.done(subscription().pause());
      Position last;
      do {
        last = append(storage(), 1, 1);
        appended++;
      } while (isHandled(last));
      assertThat(seen.count()).isEqualTo(appended - 1);
      assertThat(Await.value(subscription().status()).subscription().paused()).isTrue();

      Await.done(subscription().resume());
      awaitProcessed(storage(), last);
    }

    assertThat(seen.count()).isEqualTo(appended);
  }

  @Test
  default void a_rewound_subscription_handles_everything_again() {
    Position last = append(storage(), 3, 3);
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), last);
      Await.done(subscription().rewind(StartFrom.beginning()));
      seen.awaitCount(18);
      awaitProcessed(storage(), last);
    }

    assertThat(seen.versions().values())
        .allSatisfy(it -> assertThat(it).containsExactly(1L, 2L, 3L, 1L, 2L, 3L));
  }

  @Test
  default void a_rewind_to_a_position_or_to_now_goes_on_behind_it() {
    Position first = append(storage(), JOB, event(1));
    Position last = append(storage(), JOB, event(2), event(3));
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), last);
      Await.done(subscription().rewind(StartFrom.after(first)));
      seen.awaitCount(5);
    }
    Position unseen = append(storage(), JOB, event(4));
    Await.done(subscription().rewind(StartFrom.now()));
    awaitProcessed(storage(), unseen);
    assertThat(seen.events())
        .extracting(RecordedEvent::version)
        .containsExactly(1L, 2L, 3L, 2L, 3L);
  }

  @Test
  default void a_rewind_to_a_time_goes_on_with_the_first_event_of_that_time() {
    append(storage(), JOB, event(1).at(LONG_AGO), event(2).at(LONG_AGO.plusSeconds(60)));
    Position last = append(storage(), JOB, event(3).at(LONG_AGO.plusSeconds(120)));
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), last);
      Await.done(subscription().rewind(LONG_AGO.plusSeconds(30)));
      seen.awaitCount(5);
      awaitProcessed(storage(), last);
      Await.done(subscription().rewind(LONG_AGO.plusSeconds(3_600)));
      awaitProcessed(storage(), append(storage(), JOB, event(4).at(LONG_AGO)));
    }

    assertThat(seen.events().stream().map(RecordedEvent::version).toList())
        .as("then only new ones, the first of them perhaps twice")
        .startsWith(1L, 2L, 3L, 2L, 3L, 4L)
        .endsWith(4L)
        .hasSizeBetween(6, 7);
  }

  @Test
  default void awaiting_ends_only_when_everything_up_to_there_is_done() {
    Position first = append(storage(), 3, 1);
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), first);
      assertThat(seen.count()).isEqualTo(3);
    }
    Position second = append(storage(), 1, 1);

    Await.failure(TimeoutException.class, subscription().awaitProcessed(second).timeout(QUIET));
    Await.failure(
        TimeoutException.class,
        storage().subscription("no such").awaitProcessed(second).timeout(QUIET));
  }

  @Test
  default void the_status_says_who_is_there_and_how_far_behind() {
    Position first = append(storage(), 2, 2);
    Seen seen = new Seen();
    try (Consuming member = Consuming.start(storage(), seen.handler())) {
      awaitProcessed(storage(), first);
      SubscriptionStatus busy = Await.value(subscription().status());
      assertThat(busy.lag()).isZero();
      assertThat(busy.head()).isEqualTo(first);
      assertThat(busy.subscription().members()).hasSize(1);
      assertThat(busy.subscription().members().get(0).slices()).isEqualTo(8);
    }
    Position last = append(storage(), 2, 5);

    SubscriptionStatus left =
        Await.until(
            Mono.defer(() -> subscription().status())
                .filter(status -> status.subscription().members().isEmpty()));
    assertThat(left.lag()).isEqualTo(10);
    assertThat(left.head()).isEqualTo(last);
    assertThat(left.held()).isEmpty();
    Await.failure(NotFoundException.class, storage().subscription("no such").status());
  }

  @Test
  default void a_deleted_subscription_ends_its_members() {
    Position last = append(storage(), 2, 2);
    try (Consuming member = Consuming.start(storage(), new Seen().handler())) {
      awaitProcessed(storage(), last);
      Await.done(subscription().delete());

      Await.failure(NotFoundException.class, member.end());
      Await.failure(NotFoundException.class, subscription().status());
    }
  }

  @Test
  default void another_filter_or_number_of_slices_is_a_conflict() {
    Position last = append(storage(), 2, 2);
    try (Consuming member = Consuming.start(storage(), new Seen().handler())) {
      awaitProcessed(storage(), last);
      EventHandler handler = new Seen().handler();
      Await.failure(
          ConflictException.class,
          subscription().consume(EventFilter.all().withTypes("x"), OPTIONS, handler));
      Await.failure(
          ConflictException.class,
          subscription().consume(EventFilter.all(), OPTIONS.withSlices(9), handler));
    }
  }

  @Test
  default void closing_the_storage_ends_its_members() {
    Position last = append(storage(), 2, 2);
    try (Consuming member = Consuming.start(storage(), new Seen().handler())) {
      awaitProcessed(storage(), last);
      Await.done(storage().close());

      Await.failure(UnavailableException.class, member.end());
    }
  }

  @Test
  default void a_job_belongs_to_the_same_slice_for_ever() {
    Position last = append(storage(), JOB, event(1));
    try (Consuming member = Consuming.start(storage(), new Seen().handler())) {
      awaitProcessed(storage(), last);
    }

    assertThat(Slice.of(new JobId("job-1"), 64)).isEqualTo(63);
    assertThat(Slice.of(new JobId("123456789"), 1_024)).isEqualTo(0xCBF43926L % 1_024);
  }

  @Test
  default void bad_options_are_refused_before_anything_is_written() {
    ConsumeOptions options = ConsumeOptions.defaults();
    List<ThrowingCallable> bad =
        List.of(
            () -> options.withSlices(0),
            () -> options.withSlices(1_025),
            () -> options.withConcurrency(0),
            () -> options.withConcurrency(257),
            () -> options.withBatchSize(0),
            () -> options.withBatchSize(10_001),
            () -> options.withLeaseDuration(Duration.ofMillis(99)),
            () -> options.withLeaseDuration(Duration.ofHours(25)),
            () -> options.withFailures(FailurePolicy.DEFAULT.withAttempts(0)),
            () -> options.withFailures(FailurePolicy.DEFAULT.withAttempts(101)),
            () -> options.withFailures(FailurePolicy.DEFAULT.withBackoff(Duration.ZERO)),
            () -> options.withFailures(FailurePolicy.DEFAULT.withBackoff(Duration.ofHours(2))),
            () -> new SubscriptionName(""),
            () -> new SubscriptionName("x".repeat(201)),
            () -> storage().subscription("a\nb"));
    for (ThrowingCallable call : bad) {
      assertThatThrownBy(call).isInstanceOf(InvalidInputException.class);
    }
    append(storage(), JOB, event(1));
    assertThat(Await.all(storage().subscriptions().list())).isEmpty();
    Position foreign = new Position("a:1,b:2");
    Await.failure(
        InvalidInputException.class,
        subscription()
            .consume(
                EventFilter.all(),
                options.startingFrom(StartFrom.after(foreign)),
                new Seen().handler()));
  }
}
