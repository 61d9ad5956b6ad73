package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.Backoff;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.LetterHandler;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.ReprocessResult;
import io.holdfast.deadletter.Reprocessing;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Working on dead letters again beside others: who is kept out, and that nothing is lost. */
public interface ReprocessLossContract extends StorageContract {

  /** The shortest lease. */
  ReprocessOptions BRIEF =
      ReprocessOptions.defaults()
          .withBackoff(Backoff.none())
          .withLeaseDuration(Duration.ofMillis(300));

  private DeadLetterFilter job(String name) {
    return DeadLetterFilter.all().ofJob(new JobId(name));
  }

  private void add(String job, int count) {
    for (int i = 0; i < count; i++) {
      Await.value(storage().deadLetters().add(letterKey(job, "i" + i), json(i), failure(1)));
    }
  }

  private List<DeadLetter> left() {
    return Await.all(storage().deadLetters().list(DeadLetterFilter.all()));
  }

  /** A run that is at its first item, and stays there. */
  private Disposable hanging(DeadLetterFilter filter, ReprocessOptions options) {
    Sinks.One<String> reached = Sinks.one();
    LetterHandler handler =
        LetterHandler.plain(
            item -> {
              var unused = reached.tryEmitValue("reached");
              return Mono.never();
            });
    Disposable run =
        storage()
            .reprocess(filter, options, handler)
            .subscribe(result -> {}, reached::tryEmitError, reached::tryEmitEmpty);
    Await.value(reached.asMono());
    return run;
  }

  /** How many there are, once nobody holds one. */
  private Mono<Long> givenBack() {
    return Mono.defer(
        () ->
            storage()
                .deadLetters()
                .list(DeadLetterFilter.all())
                .collectList()
                .filter(all -> all.stream().allMatch(one -> one.state().owner() == null))
                .map(all -> (long) all.size()));
  }

  private Mono<ReprocessResult> run(DeadLetterFilter filter) {
    return storage().reprocess(filter, BRIEF, LetterHandler.plain(item -> Mono.empty()));
  }

  @Test
  default void two_runs_over_one_job_exclude_each_other() {
    add("job-1", 3);
    add("job-2", 2);
    Disposable first = hanging(job("job-1"), BRIEF);

    ConflictException refused = Await.failure(ConflictException.class, run(job("job-1")));
    Await.failure(ConflictException.class, run(DeadLetterFilter.all()));
    assertThat(refused).hasMessageContaining("job-1");
    assertThat(Await.value(run(job("job-2"))).succeeded()).as("another job").isEqualTo(2);

    first.dispose();
    assertThat(
            Await.until(run(job("job-1")).onErrorResume(ConflictException.class, e -> Mono.empty()))
                .succeeded())
        .as("all are there again")
        .isEqualTo(3);
  }

  @Test
  default void each_subscription_is_a_run_of_its_own() {
    add("job-1", 2);
    Sinks.One<String> reached = Sinks.one();
    Mono<ReprocessResult> run =
        storage()
            .reprocess(
                job("job-1"),
                BRIEF,
                LetterHandler.plain(
                    item -> {
                      var unused = reached.tryEmitValue("reached");
                      return Mono.never();
                    }));
    Disposable first = run.subscribe(result -> {}, reached::tryEmitError, reached::tryEmitEmpty);
    Await.value(reached.asMono());

    Await.failure(ConflictException.class, run);
    first.dispose();
  }

  @Test
  default void a_run_over_all_jobs_excludes_every_other() {
    add("job-1", 1);
    Disposable first = hanging(DeadLetterFilter.all(), BRIEF);

    Await.failure(ConflictException.class, run(job("job-2")));
    Await.failure(ConflictException.class, run(DeadLetterFilter.all()));

    first.dispose();
    assertThat(
            Await.until(
                    run(DeadLetterFilter.all())
                        .onErrorResume(ConflictException.class, e -> Mono.empty()))
                .succeeded())
        .isEqualTo(1);
  }

  @Test
  default void a_cancelled_run_gives_back_what_it_holds() {
    add("job-1", 3);
    Disposable run = hanging(job("job-1"), ReprocessOptions.defaults().withLeaseDuration(LONG));

    run.dispose();

    ClaimRequest request = ClaimRequest.of("b", LONG, 10);
    assertThat(Await.until(givenBack())).isEqualTo(3);
    assertThat(Await.all(storage().deadLetters().claim(request))).hasSize(3);
    assertThat(left()).extracting(letter -> letter.failures().size()).containsOnly(1);
  }

  @Test
  default void an_item_that_takes_longer_than_its_lease_stays_ours() {
    add("job-1", 1);
    AtomicInteger handled = new AtomicInteger();
    Mono<ReprocessResult> slow =
        storage()
            .reprocess(
                DeadLetterFilter.all(),
                BRIEF,
                LetterHandler.plain(
                    item -> {
                      handled.incrementAndGet();
                      return Mono.delay(BRIEF.leaseDuration().multipliedBy(4)).then();
                    }));
    Mono<Long> others =
        Mono.defer(() -> storage().deadLetters().claim(ClaimRequest.of("thief", LONG, 1)).count())
            .delaySubscription(Duration.ofMillis(40))
            .repeat(20)
            .reduce(0L, Long::sum);

    var ends = Await.value(Mono.zip(slow, others));

    assertThat(ends.getT1().succeeded()).isEqualTo(1);
    assertThat(handled).hasValue(1);
    assertThat(left()).isEmpty();
  }

  @Test
  default void a_handler_hears_that_its_item_is_gone_and_the_others_go_on() {
    add("job-1", 3);
    Sinks.One<String> cancelled = Sinks.one();
    LetterHandler handler =
        LetterHandler.plain(
            item ->
                Samples.number(item.letter().data()) == 1
                    ? storage()
                        .deadLetters()
                        .delete(item.claim().key())
                        .then(Mono.<Void>never())
                        .doOnCancel(() -> cancelled.tryEmitValue("cancelled"))
                    : Mono.empty());

    ReprocessResult result =
        Await.value(storage().reprocess(DeadLetterFilter.all(), BRIEF, handler));

    assertThat(Await.value(cancelled.asMono())).isEqualTo("cancelled");
    assertThat(result.succeeded()).isEqualTo(2);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(left()).isEmpty();
  }

  @Test
  default void what_a_dead_run_held_comes_back_when_its_lease_ends() {
    add("job-1", 4);
    ClaimRequest request = ClaimRequest.of("dies", Samples.SHORT, 2);
    assertThat(Await.all(storage().deadLetters().claim(request))).hasSize(2);

    long done = 0;
    while (done < 4) {
      ReprocessResult result =
          Await.value(
              storage().reprocess(job("job-1"), BRIEF, LetterHandler.plain(item -> Mono.empty())));
      done += result.succeeded();
      assertThat(left()).as("none is lost").hasSize((int) (4 - done));
    }
    assertThat(left()).isEmpty();
  }

  /** This storage, where so many transactions find no connection. */
  private UnifiedStorage crowded(int transactions) {
    AtomicInteger left = new AtomicInteger(transactions);
    return (UnifiedStorage)
        Proxy.newProxyInstance(
            UnifiedStorage.class.getClassLoader(),
            new Class<?>[] {UnifiedStorage.class},
            (self, method, arguments) ->
                method.getName().equals("inTransaction") && left.getAndDecrement() > 0
                    ? Mono.error(() -> new UnavailableException("All connections are taken"))
                    : method.invoke(storage(), arguments));
  }

  @Test
  default void an_item_whose_transaction_cannot_begin_yet_is_held_and_tried_again() {
    add("job-1", 3);
    LetterHandler handler = LetterHandler.transactional((tx, item) -> Mono.empty());

    ReprocessResult result =
        Await.value(new Reprocessing(crowded(6)).run(DeadLetterFilter.all(), BRIEF, handler));

    assertThat(result.succeeded()).isEqualTo(3);
    assertThat(result.attempts()).as("it was not the items' fault").isEqualTo(3);
    assertThat(left()).isEmpty();
  }
}
