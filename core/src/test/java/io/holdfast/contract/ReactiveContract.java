package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How every operation behaves as a publisher, whatever it does. */
public interface ReactiveContract extends StorageContract {

  private Supplier<Publisher<?>> prepare(Operation operation) {
    return operation.prepare().apply(storage());
  }

  /** Everything still works: each operation, from scratch. */
  private void requireUsable() {
    for (Operation operation : Operation.all()) {
      requireEmits(operation, Await.all(prepare(operation).get()));
    }
  }

  private static void requireEmits(Operation operation, List<?> emitted) {
    switch (operation.emits()) {
      case NOTHING -> assertThat(emitted).as("%s emits nothing", operation).isEmpty();
      case ONE -> assertThat(emitted).as("%s emits one value", operation).hasSize(1);
      case SOME -> assertThat(emitted).as("%s emits what there is", operation).isNotEmpty();
    }
  }

  @Test
  default void emits_what_it_promises() {
    assertSoftly(
        softly -> {
          for (Operation operation : Operation.all()) {
            softly
                .assertThatCode(() -> requireEmits(operation, Await.all(prepare(operation).get())))
                .as("%s", operation)
                .doesNotThrowAnyException();
          }
        });
  }

  @Test
  default void writes_nothing_until_subscribed() {
    for (Operation operation : Operation.all()) {
      Supplier<Publisher<?>> assembly = prepare(operation);
      Snapshot before = Snapshot.of(storage());

      Publisher<?> assembled = assembly.get();
      assertThat(Snapshot.of(storage())).as("%s, assembled only", operation).isEqualTo(before);

      requireEmits(operation, Await.all(assembled));
      boolean changed = !Snapshot.of(storage()).equals(before);
      assertThat(changed)
          .as("%s writes when subscribed to", operation)
          .isEqualTo(operation.writes());
    }
  }

  @Test
  default void reads_when_subscribed_to_not_when_assembled() {
    Mono<Session> session = storage().sessions().find(SESSION);
    Flux<RecordedEvent> read = storage().events().read(EventQuery.job(JOB));
    Mono<Long> count = storage().events().count(EventFilter.all());
    Flux<RecordedEvent> subscription =
        storage().events().subscribe(EventFilter.all(), StartFrom.beginning()).take(3);
    assertThat(Await.maybe(session)).as("nothing there yet").isEmpty();
    assertThat(Await.value(count)).isZero();

    Await.value(storage().sessions().create(SESSION, details(1)));
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));

    assertThat(Await.maybe(session)).as("the second subscription reads again").isPresent();
    assertThat(Await.all(read)).hasSize(3);
    assertThat(Await.value(count)).isEqualTo(3);
    assertThat(Await.all(subscription)).hasSize(3);
    Await.done(storage().sessions().delete(SESSION));
    assertThat(Await.maybe(session)).isEmpty();
  }

  /** Claims are taken, and what was done is done; everything else answers as it did before. */
  @Test
  default void a_second_subscription_is_answered() {
    List<String> notAgain = List.of("deadLetters.claim", "inTransaction", "migrations.leave");
    for (Operation operation : Operation.all()) {
      Publisher<?> publisher = prepare(operation).get();
      requireEmits(operation, Await.all(publisher));
      if (notAgain.contains(operation.name())) {
        Await.value(Flux.from(publisher).then().materialize());
      } else {
        requireEmits(operation, Await.all(publisher));
      }
    }
  }

  @Test
  default void failures_arrive_through_the_publisher() {
    assertSoftly(
        softly -> {
          for (FailingOperation failing : FailingOperation.all()) {
            softly
                .assertThatCode(
                    () -> {
                      Publisher<?> assembled = failing.prepare().apply(storage());
                      Await.failure(failing.failure(), assembled);
                      Await.failure(failing.failure(), assembled);
                    })
                .as("%s fails with %s, twice", failing.name(), failing.failure().getSimpleName())
                .doesNotThrowAnyException();
          }
        });
    requireUsable();
  }

  @Test
  default void cancelling_at_once_leaves_the_storage_usable() {
    for (Operation operation : Operation.all()) {
      for (int i = 0; i < 5; i++) {
        Flux.from(prepare(operation).get()).subscribe().dispose();
      }
    }

    requireUsable();
  }

  @Test
  default void cancelling_before_asking_for_anything_leaves_the_storage_usable() {
    for (Operation operation : Operation.all()) {
      Flux.from(prepare(operation).get()).subscribeWith(new Unwilling()).dispose();
    }

    requireUsable();
  }

  @Test
  default void cancelling_in_flight_leaves_the_storage_usable() {
    for (Operation operation : Operation.all()) {
      for (int i = 0; i < 6; i++) {
        Mono<Long> soon = Mono.delay(Duration.ofNanos(300_000L * i));
        Await.all(
            Flux.<Object>from(prepare(operation).get())
                .takeUntilOther(soon)
                // What was cancelled before may come late, and change what was prepared.
                .onErrorResume(ConflictException.class, late -> Flux.empty()));
      }
    }

    requireUsable();
  }

  @Test
  default void cancelling_after_the_first_value_leaves_the_storage_usable() {
    for (Operation operation : Operation.all()) {
      Await.all(Flux.from(prepare(operation).get()).take(1));
    }

    requireUsable();
  }

  @Test
  default void a_storm_of_cancellations_wears_nothing_out() {
    Flux<AppendResult> storm =
        Flux.range(0, 1_000)
            .flatMap(
                i ->
                    storage()
                        .events()
                        .append(job(i % 50), ExpectedVersion.any(), List.of(event(i)))
                        .takeUntilOther(Mono.delay(Duration.ofNanos(20_000L * (i % 100)))),
                256);
    Flux<Session> reads =
        Flux.range(0, 1_000)
            .flatMap(
                i ->
                    storage()
                        .inTransaction(tx -> tx.sessions().find(SESSION))
                        .takeUntilOther(Mono.delay(Duration.ofNanos(20_000L * (i % 100)))),
                64);
    Await.done(Flux.merge(storm, reads));

    requireUsable();
    List<RecordedEvent> read =
        Await.all(storage().events().read(EventQuery.forward(EventFilter.all()).limit(10_000)));
    Histories.requireWhole(read.stream().filter(event -> event.type().equals("step")).toList());
    Race.allWin(200, i -> storage().events().append(job(i % 50), ExpectedVersion.any(), events(1)));
  }

  @Test
  default void a_thousand_concurrent_appenders_are_all_served() {
    Race.allWin(
        1_000, i -> storage().events().append(job(i % 100), ExpectedVersion.any(), events(1)));

    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(1_000);
  }

  @Test
  default void a_thousand_concurrent_callers_of_every_kind_are_all_served() {
    Await.value(storage().sessions().create(SESSION, details(1)));

    Race.allWin(1_000, i -> mixed(i).cast(Object.class));

    assertThat(Await.value(storage().transfer(Session.KIND).count())).isEqualTo(401);
  }

  private Mono<?> mixed(int i) {
    SessionId id = new SessionId("s-" + i);
    return switch (i % 5) {
      case 0 -> storage().sessions().create(id, details(i));
      case 1 -> storage().events().append(job(i), ExpectedVersion.any(), events(1));
      case 2 -> storage().sessions().get(SESSION);
      case 3 -> storage().locks().tryAcquire(new LockRequest(new LockName("l-" + i), "o", LONG));
      default -> storage().inTransaction(tx -> tx.sessions().create(id, details(i)));
    };
  }

  @Test
  default void callers_that_go_on_to_wait_for_something_else_hold_up_nobody() {
    Await.value(storage().sessions().create(SESSION, details(1)));
    Mono<Long> stuck = storage().sessions().get(SESSION).then(Mono.delay(Duration.ofSeconds(20)));
    Disposable callers = Flux.range(0, 100).flatMap(i -> stuck, 100).subscribe();

    assertThat(Race.allWin(100, i -> storage().sessions().get(SESSION)))
        .as("nothing is held between an answer and what the caller does next")
        .hasSize(100);
    callers.dispose();
  }
}
