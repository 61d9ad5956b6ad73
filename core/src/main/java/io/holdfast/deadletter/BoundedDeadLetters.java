package io.holdfast.deadletter;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Dead letters with a limit to how many a job may have, for those that add through this. Nothing is
 * ever dropped: when a job is full, a new item is refused, or the oldest ones go to the job's
 * history.
 */
public final class BoundedDeadLetters {

  /** The type of the events that archived items become; their data is the whole dead letter. */
  public static final String ARCHIVED = "dead_letter_archived";

  /** The highest limit. */
  public static final int LIMIT_MAX = 100_000;

  /** Room is made for so many at once: one in so many. */
  private static final int SHARE_ARCHIVED = 10;

  /** So many more are looked at, should somebody have taken those just now. */
  private static final int SPARE = 10;

  private final UnifiedStorage storage;
  private final int limit;
  private final WhenFull whenFull;

  /** What becomes of a new item when its job is full. */
  public enum WhenFull {
    /** It is refused. */
    REFUSE,
    /**
     * A tenth of the job's items, those first added the longest ago and under no live claim, become
     * {@value BoundedDeadLetters#ARCHIVED} events of the job, in the transaction that adds the new
     * one. Those whose claim ran out come last. {@code DeadLetter.KIND.decode(event.data())} reads
     * them back.
     */
    ARCHIVE
  }

  /**
   * Dead letters of {@code storage}, at most {@code limit} a job.
   *
   * @param limit 1 to {@value #LIMIT_MAX}
   */
  public BoundedDeadLetters(UnifiedStorage storage, int limit, WhenFull whenFull) {
    this.storage = Objects.requireNonNull(storage, "storage");
    this.whenFull = Objects.requireNonNull(whenFull, "whenFull");
    this.limit = limit;
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new InvalidInputException(
          "limit of dead letters", "must be 1 to " + LIMIT_MAX + ", was " + limit);
    }
  }

  /**
   * As {@link DeadLetterQueue#add}, in a transaction of its own. An item that is there already may
   * always fail again. A new one fails with {@link ConflictException} if its job is full, and
   * nothing could be, or was to be, archived. Looks at how many letters the job has, and at all of
   * them when it archives.
   *
   * @return the dead letter; never empty
   */
  public Mono<DeadLetter> add(DeadLetterKey key, Json data, Failure failure) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(failure, "failure");
    return storage.inTransaction(tx -> add(tx, key, data, failure));
  }

  /** As {@link #add(DeadLetterKey, Json, Failure)}, within the caller's transaction. */
  public Mono<DeadLetter> add(StoreSet tx, DeadLetterKey key, Json data, Failure failure) {
    Objects.requireNonNull(key, "key");
    return tx.locks()
        .enter(LetterLocks.adding(key.job()))
        .then(Mono.defer(() -> tx.deadLetters().find(key).hasElement()))
        .flatMap(isThere -> isThere ? Mono.empty() : makeRoom(tx, key.job()))
        .then(Mono.defer(() -> tx.deadLetters().add(key, data, failure)));
  }

  private Mono<Void> makeRoom(StoreSet tx, JobId job) {
    return tx.deadLetters()
        .stats(job)
        .filter(stats -> stats.total() >= limit)
        .flatMap(full -> whenFull == WhenFull.ARCHIVE ? archive(tx, job) : Mono.just(0L))
        .flatMap(archived -> archived > 0 ? Mono.empty() : Mono.error(() -> full(job)));
  }

  private ConflictException full(JobId job) {
    return new ConflictException(
        "Job",
        job.value(),
        "one with fewer than " + limit + " dead letters",
        "full: it has " + limit + " or more");
  }

  private Mono<Long> archive(StoreSet tx, JobId job) {
    int room = Math.max(1, limit / SHARE_ARCHIVED);
    LetterArchive archive = new LetterArchive(tx, job);
    return new OldestLetters(tx.deadLetters(), room + SPARE)
        .ofJob(job)
        .flatMapMany(Flux::fromIterable)
        .buffer(room)
        .concatMap(archive::put, 1)
        .takeUntil(archived -> archived > 0)
        .reduce(0L, Long::sum);
  }
}
