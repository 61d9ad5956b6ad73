package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.StoreSet;
import io.holdfast.deadletter.OldestLetters.Aged;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Moves dead letters of a job into its history, within a transaction. */
record LetterArchive(StoreSet tx, JobId job) {

  /** So many letters are in memory at once. */
  private static final int BATCH = 100;

  /** The claims are gone with the letters, when the transaction ends. */
  private static final Duration LEASE = Duration.ofMinutes(1);

  /** Those that nobody works on become events; tells how many. */
  Mono<Long> put(List<Aged> some) {
    return Flux.fromIterable(some).buffer(BATCH).concatMap(this::putBatch, 1).reduce(0L, Long::sum);
  }

  /**
   * Which ones are free is for the storage to say, by its clock: those that can be claimed. From
   * then on nobody else gets at them until the transaction ends, so they are read after that.
   */
  private Mono<Long> putBatch(List<Aged> batch) {
    DeadLetterFilter asked = only(batch.stream().map(Aged::key).collect(Collectors.toSet()));
    ClaimRequest request = ClaimRequest.of("archive", LEASE, BATCH).matching(asked);
    return tx.deadLetters()
        .redrive(asked)
        .thenMany(Flux.defer(() -> tx.deadLetters().claim(request)))
        .map(claimed -> claimed.claim().key())
        .collect(Collectors.toSet())
        .flatMap(free -> free.isEmpty() ? Mono.just(0L) : move(batch, only(free)));
  }

  private DeadLetterFilter only(Set<DeadLetterKey> keys) {
    return DeadLetterFilter.all().ofJob(job).withKeys(keys).limit(BATCH);
  }

  private Mono<Long> move(List<Aged> batch, DeadLetterFilter free) {
    return tx.deadLetters()
        .list(free)
        .collectMap(DeadLetter::key)
        .flatMapMany(
            letters ->
                Flux.fromIterable(batch)
                    .concatMap(
                        aged ->
                            Mono.justOrEmpty(letters.get(aged.key()))
                                .flatMap(letter -> append(aged, letter)),
                        1))
        .then(Mono.defer(() -> tx.deadLetters().purge(free)));
  }

  /** As it stood before it was claimed here. */
  private Mono<Void> append(Aged aged, DeadLetter letter) {
    DeadLetter whole =
        new DeadLetter(
            letter.key(),
            letter.data(),
            letter.failures(),
            aged.state(),
            letter.createdAt(),
            aged.updatedAt());
    Event event = Event.of(BoundedDeadLetters.ARCHIVED, DeadLetter.KIND.encode(whole));
    return tx.events().append(job, ExpectedVersion.any(), List.of(event)).then();
  }
}
