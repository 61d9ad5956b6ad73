package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Names;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import reactor.core.publisher.Mono;

/** Finds the items of a job that were first added the longest ago, and that nobody works on. */
record OldestLetters(DeadLetterQueue letters, int most) {

  private static final int PAGE = 500;

  private static final Comparator<Aged> OLDEST_FIRST =
      Comparator.comparing(Aged::createdAt)
          .thenComparing(aged -> aged.key().item().value(), Names.ORDER);

  private record Aged(DeadLetterKey key, Instant createdAt) {}

  Mono<List<DeadLetterKey>> ofJob(JobId job) {
    Instant now = Instant.now();
    return DeadLetterPages.of(letters, DeadLetterFilter.all().ofJob(job).limit(PAGE))
        .filter(letter -> !letter.state().isClaimedAt(now))
        .map(letter -> new Aged(letter.key(), letter.createdAt()))
        .collect(() -> new PriorityQueue<>(OLDEST_FIRST.reversed()), this::keepOldest)
        .map(oldest -> oldest.stream().sorted(OLDEST_FIRST).map(Aged::key).toList());
  }

  private void keepOldest(PriorityQueue<Aged> oldest, Aged next) {
    oldest.add(next);
    if (oldest.size() > most) {
      oldest.remove();
    }
  }
}
