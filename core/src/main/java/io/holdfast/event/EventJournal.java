package io.holdfast.event;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writing and reading the history of jobs: the part of the {@link EventLog} that also works inside
 * a transaction.
 *
 * <p>Within a job, versions count 1, 2, 3 in commit order. Over all jobs, positions give one order
 * that every reader sees: a reader that has seen a position never later sees a new event at or
 * below it. Positions have holes. Inside a transaction, do not count on reading its own events back
 * before the commit.
 */
public interface EventJournal {

  /**
   * Appends {@code batch}, all of it or nothing. Each subscription is one attempt.
   *
   * <p>Repeating a batch, with the same id and the same first job, returns the first result and
   * writes nothing; this is how to find out what became of an append whose outcome is unknown.
   * Backends remember batches for a stated time. Fails with {@link ConflictException}, which names
   * the first job in the way, when a job is not where the batch expects it.
   *
   * @return where the events went; never empty
   */
  Mono<AppendResult> append(EventBatch batch);

  /**
   * Appends {@code events} to one job, all or none, under a batch id that is made here once, so
   * that subscribing again repeats the same append.
   *
   * @return where the events went; never empty
   */
  default Mono<AppendResult> append(JobId job, ExpectedVersion expected, List<Event> events) {
    EventBatch batch = EventBatch.of(job, expected, events);
    return append(batch);
  }

  /**
   * The events that {@code query} asks for, read in pages as they are demanded. Completes at the
   * limit or at the end; empty if there is none. By position, ends at what was committed in order
   * when the page was read. Archived events are among them; fails with {@link NotFoundException}
   * when it comes to some whose archive is not within reach.
   */
  Flux<RecordedEvent> read(EventQuery query);

  /**
   * A job in numbers; never empty. Reads the whole job, for success is in the data: in PostgreSQL
   * about a millisecond for each thousand events, in files the job's part of the log. Archived
   * events are among them, those that were dropped are not.
   */
  Mono<EventStats> stats(JobId job);

  /**
   * How many events match; never empty. Nothing is counted beforehand, so that appends pay nothing
   * for it: PostgreSQL looks at every event of the months, or of the job, in question, which takes
   * seconds for ten million; files are read as for {@link #read}. Archived events are among them,
   * those that were dropped are not.
   */
  Mono<Long> count(EventFilter filter);
}
