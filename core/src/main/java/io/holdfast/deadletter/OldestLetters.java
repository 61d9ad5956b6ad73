package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Names;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import reactor.core.publisher.Mono;

/**
 * Finds the items of a job that were first added the longest ago: those without an owner, and only
 * then those whose claim may have run out, which the storage has to tell.
 */
record OldestLetters(DeadLetterQueue letters, int most) {

  /** Small, because the letters are read whole. */
  private static final int PAGE = 100;

  private static final Comparator<Aged> FIRST =
      Comparator.comparing(Aged::isOwned)
          .thenComparing(Aged::createdAt)
          .thenComparing(aged -> aged.key().item().value(), Names.ORDER);

  /** A dead letter but for what it says. */
  record Aged(DeadLetterKey key, DeadLetterState state, Instant createdAt, Instant updatedAt) {

    static Aged of(DeadLetter letter) {
      return new Aged(letter.key(), letter.state(), letter.createdAt(), letter.updatedAt());
    }

    boolean isOwned() {
      return state.owner() != null;
    }
  }

  Mono<List<Aged>> ofJob(JobId job) {
    return DeadLetterPages.of(letters, DeadLetterFilter.all().ofJob(job).limit(PAGE))
        .map(Aged::of)
        .collect(() -> new PriorityQueue<>(FIRST.reversed()), this::keepFirst)
        .map(first -> first.stream().sorted(FIRST).toList());
  }

  private void keepFirst(PriorityQueue<Aged> first, Aged next) {
    first.add(next);
    if (first.size() > most) {
      first.remove();
    }
  }
}
