package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Paging;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What there is among the dead letters. */
public interface DeadLetterReports {

  /** The dead letters that match, by job, then by item; empty if there is none. */
  Flux<DeadLetter> list(DeadLetterFilter filter);

  /**
   * The dead letters that match, those whose newest failure happened last before the others; of the
   * same time in the reverse order of jobs and items. Empty if there is none. The filter's place
   * does not count. On PostgreSQL an index has them in this order, and the filter's other
   * conditions are looked for along it; in files all that match are looked at, for each page.
   *
   * @param after the last one of the page before; {@code null} begins with the newest failure
   */
  Flux<DeadLetter> listNewest(DeadLetterFilter filter, @Nullable DeadLetter after);

  /**
   * The jobs that have dead letters, in the order of their names; empty if none has.
   *
   * @param after the job to begin behind; {@code null} begins with the first
   * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
   */
  Flux<JobId> jobs(@Nullable JobId after, int limit);

  /** The dead letters of a job in numbers; never empty. */
  Mono<DeadLetterStats> stats(JobId job);

  /**
   * What the dead letters that match have in common: groups of one signature with samples, how
   * often each type of error is their newest failure, and how many failed in which hour. Looks at
   * all of them. The filter's limit is for the groups, for the types and for the hours.
   *
   * @return never empty
   */
  Mono<DeadLetterPatterns> patterns(DeadLetterFilter filter);
}
