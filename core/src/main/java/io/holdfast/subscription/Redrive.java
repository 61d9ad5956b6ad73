package io.holdfast.subscription;

import io.holdfast.JobId;
import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Handles the dead letters of jobs that were released, in order, before their next events are read.
 * A letter that fails again holds its job again.
 */
record Redrive(Work work, EventHandler handler, BooleanSupplier isOver) {

  private static final int PAGE = 100;

  Mono<Void> all(List<HeldJob> held) {
    return Flux.fromIterable(held)
        .filter(job -> job.released() && work.share().has(job.job()))
        .concatMap(job -> letters(job.job()))
        .then();
  }

  /** Page after page, until there is none, or one fails, or the term is over. */
  private Mono<Void> letters(JobId job) {
    return Mono.defer(
        () -> {
          Place place = new Place(new DeadLetterKey(job, items().before()));
          return Mono.defer(() -> page(place.last))
              .flatMap(page -> handle(page, place))
              .repeat()
              .takeWhile(goesOn -> goesOn)
              .then();
        });
  }

  private LetterItems items() {
    return work.parking().items();
  }

  private Mono<List<DeadLetter>> page(DeadLetterKey after) {
    return work.storage()
        .deadLetters()
        .list(DeadLetterFilter.all().ofJob(after.job()).after(after).limit(PAGE))
        .takeWhile(letter -> !items().isBehind(letter.key().item()))
        .collectList();
  }

  /** True if the next page may be read; other people's items among the letters are passed over. */
  private Mono<Boolean> handle(List<DeadLetter> page, Place place) {
    if (page.isEmpty()) {
      return unhold(place.last.job()).thenReturn(false);
    }
    place.last = page.get(page.size() - 1).key();
    return Flux.fromIterable(page)
        .filter(letter -> items().isOwn(letter.key().item()))
        .concatMap(letter -> isOver.getAsBoolean() ? Mono.just(false) : handle(letter), 0)
        .takeUntil(done -> !done)
        .last(true);
  }

  private Mono<Boolean> handle(DeadLetter letter) {
    RecordedEvent event = RecordedEvent.KIND.decode(letter.data());
    Throwable verdict = work.broken().verdict(event, work.options().failures());
    return (verdict == null ? attempts(letter, event) : Mono.<Void>error(new LetterFailed(verdict)))
        .thenReturn(true)
        .onErrorResume(LetterFailed.class, failed -> holdAgain(letter, event, failed.getCause()))
        .flatMap(done -> Mono.fromCallable(() -> forgotten(event, done)));
  }

  private boolean forgotten(RecordedEvent event, boolean done) {
    work.broken().remove(event);
    return done;
  }

  private Mono<Void> attempts(DeadLetter letter, RecordedEvent event) {
    if (handler instanceof EventHandler.Transactional transactional) {
      return Mono.defer(() -> finish(letter, event, transactional))
          .retryWhen(work.retry(1).filter(LetterFailed.class::isInstance));
    }
    return new PlainWork(work, (EventHandler.Plain) handler)
        .attempts(event)
        .onErrorMap(LetterFailed::new)
        .then(finish(letter, tx -> Mono.empty()));
  }

  /** Notes it if the storage ends the transaction after the handler has begun. */
  private Mono<Void> finish(
      DeadLetter letter, RecordedEvent event, EventHandler.Transactional transactional) {
    AtomicBoolean begun = new AtomicBoolean();
    return finish(
            letter,
            tx -> {
              begun.set(true);
              return transactional.work().apply(tx, event);
            })
        .onErrorResume(
            UnavailableException.class,
            error -> Mono.error(() -> work.noted(begun.get() ? event : null, error)));
  }

  /** Under the slice's token: whoever has the slice now has the job's letters too. */
  private Mono<Void> finish(DeadLetter letter, Function<StoreSet, Mono<Void>> effects) {
    return work.storage()
        .inTransaction(
            TransactionalWork.UNHURRIED,
            tx ->
                fence(tx, letter.key().job())
                    .then(
                        Mono.defer(() -> effects.apply(tx))
                            .onErrorMap(TransactionalWork::isOfHandler, LetterFailed::new))
                    .then(Mono.defer(() -> tx.deadLetters().delete(letter.key()))));
  }

  private Mono<Boolean> holdAgain(
      DeadLetter letter, RecordedEvent event, @org.jspecify.annotations.Nullable Throwable error) {
    Throwable reason = error == null ? new IllegalStateException("no reason") : error;
    int attempt = letter.lastFailure().attempt() + work.options().failures().attempts();
    JobId job = letter.key().job();
    return work.storage()
        .inTransaction(
            tx ->
                fence(tx, job)
                    .then(
                        tx.deadLetters()
                            .add(
                                letter.key(),
                                letter.data(),
                                work.parking().failure(event, attempt, reason)))
                    .then(tx.subscriptions().hold(work.name(), job)))
        .thenReturn(false);
  }

  private Mono<Void> unhold(JobId job) {
    return work.storage()
        .inTransaction(tx -> fence(tx, job).then(tx.subscriptions().unhold(work.name(), job)))
        .then(Mono.fromRunnable(() -> work.parking().unhold(job)));
  }

  private Mono<Void> fence(StoreSet tx, JobId job) {
    return tx.subscriptions().advance(work.name(), work.share().fence(job));
  }

  /** How far the letters of a job have been read. */
  private static final class Place {

    private volatile DeadLetterKey last;

    Place(DeadLetterKey before) {
      this.last = before;
    }
  }

  /** The handler has failed; nothing was written. */
  private static final class LetterFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LetterFailed(Throwable reason) {
      super("A dead letter's handler failed", reason, false, false);
    }
  }
}
