package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How long a transaction may take, what may be inside it, and what may run at once in it. */
public interface TransactionLimitContract extends StorageContract {

  private static TransactionOptions within(Duration time) {
    return TransactionOptions.DEFAULT.withTimeout(time);
  }

  @Test
  default void a_transaction_whose_time_is_up_is_rolled_back_and_says_so() {
    Mono<String> hanging =
        storage()
            .inTransaction(
                within(Duration.ofMillis(300)),
                tx -> tx.sessions().create(SESSION, details(1)).then(Mono.never()));

    assertThat(Await.failure(UnavailableException.class, hanging))
        .hasMessageContaining("more than PT0.3S");
    for (int i = 0; i < 20; i++) {
      Await.failure(UnavailableException.class, quick());
    }

    assertThat(Await.maybe(storage().sessions().find(SESSION))).isEmpty();
    Session after =
        Await.value(storage().inTransaction(tx -> tx.sessions().create(SESSION, details(2))));
    assertThat(after.version()).as("what it has used is free again").isEqualTo(1);
  }

  private Mono<String> quick() {
    return storage()
        .inTransaction(
            within(Duration.ofMillis(5)),
            tx -> tx.sessions().create(SESSION, details(1)).then(Mono.never()));
  }

  @Test
  default void a_transaction_in_time_is_not_disturbed() {
    Session created =
        Await.value(
            storage()
                .inTransaction(
                    within(Duration.ofSeconds(20)),
                    tx -> tx.sessions().create(SESSION, details(1))));

    assertThat(Await.value(storage().sessions().get(SESSION))).isEqualTo(created);
  }

  @Test
  default void options_have_ranges() {
    TransactionOptions options = TransactionOptions.DEFAULT;
    List<Supplier<Object>> wrong =
        List.of(
            () -> within(Duration.ZERO).timeout(),
            () -> within(Duration.ofNanos(999_999)).timeout(),
            () -> within(Duration.ofSeconds(-1)).timeout(),
            () -> within(Duration.ofDays(1).plusNanos(1)).timeout(),
            () -> options.withAttempts(0).attempts(),
            () -> options.withAttempts(-1).attempts(),
            () -> options.withAttempts(TransactionOptions.ATTEMPTS_MAX + 1).attempts());
    wrong.forEach(one -> assertThatThrownBy(one::get).isInstanceOf(InvalidInputException.class));

    TransactionOptions widest =
        within(Duration.ofDays(1)).withAttempts(TransactionOptions.ATTEMPTS_MAX);
    Await.value(storage().inTransaction(widest, tx -> tx.sessions().create(SESSION, details(1))));
  }

  /** None waits for a connection, or a turn, that the one around it has. */
  @Test
  default void using_the_storage_inside_a_transaction_is_refused() {
    SessionId inner = new SessionId("inner");
    List<Function<StoreSet, Publisher<?>>> nested =
        List.of(
            tx -> storage().inTransaction(deep -> deep.sessions().create(inner, details(1))),
            tx -> storage().sessions().create(inner, details(1)),
            tx -> storage().sessions().find(inner),
            tx -> storage().events().append(JOB, ExpectedVersion.any(), events(1)),
            tx -> storage().events().appendAll(Flux.just(new JobEvent(JOB, event(1)))));
    for (Function<StoreSet, Publisher<?>> one : nested) {
      List<Throwable> refused =
          Await.all(
              Flux.range(0, 40)
                  .flatMap(
                      i ->
                          storage()
                              .inTransaction(
                                  tx ->
                                      tx.sessions()
                                          .create(new SessionId("outer-" + i), details(1))
                                          .then(Mono.when(one.apply(tx))))
                              .then(Mono.<Throwable>empty())
                              .onErrorResume(Mono::just),
                      40));
      assertThat(refused).hasSize(40).hasOnlyElementsOfType(InvalidInputException.class);
    }
    assertThat(Await.maybe(storage().sessions().find(inner))).isEmpty();
    assertThat(Await.maybe(storage().sessions().find(new SessionId("outer-1")))).isEmpty();
    assertThat(Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(1))))
        .as("behind a transaction, the storage is as it was")
        .isNotNull();
  }

  private Mono<Void> completeStep(long checkpoint) {
    return storage()
        .inTransaction(
            tx ->
                Mono.when(
                    tx.checkpoints().append(WORKFLOW, checkpoint, content(1)),
                    tx.events().append(JOB, ExpectedVersion.any(), events(2)),
                    tx.sessions().create(new SessionId("s-" + checkpoint), details(1)),
                    tx.deadLetters().add(LETTER, json(1), failure(1))));
  }

  @Test
  default void operations_that_are_subscribed_to_together_are_kept_together() {
    Await.done(completeStep(0));
    Await.done(storage().deadLetters().delete(LETTER));
    Await.done(completeStep(1));

    assertThat(Await.value(storage().checkpoints().findLatest(WORKFLOW)).version()).isEqualTo(2);
    assertThat(Await.value(storage().events().stats(JOB)).total()).isEqualTo(4);
    assertThat(Await.value(storage().deadLetters().get(LETTER)).failures()).hasSize(1);

    Await.failure(ConflictException.class, completeStep(7));
    assertThat(Await.value(storage().events().stats(JOB)).total()).isEqualTo(4);
    assertThat(Await.maybe(storage().sessions().find(new SessionId("s-7")))).isEmpty();
    Await.done(storage().deadLetters().delete(LETTER));
    Await.done(completeStep(2));
  }

  @Test
  default void a_thousand_transactions_that_run_out_of_time_wear_nothing_out() {
    AtomicInteger late = new AtomicInteger();
    Await.done(
        Flux.range(0, 1_000)
            .flatMap(
                i ->
                    storage()
                        .inTransaction(
                            within(Duration.ofMillis(1 + i % 20)),
                            tx -> tx.sessions().find(SESSION).then(Mono.never()))
                        .onErrorResume(
                            UnavailableException.class,
                            error -> Mono.fromRunnable(late::incrementAndGet)),
                64));

    assertThat(late).hasValue(1_000);
    Race.allWin(
        50,
        i ->
            storage()
                .inTransaction(tx -> tx.sessions().create(new SessionId("s-" + i), details(i))));
  }
}
