package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.NotFoundException;
import io.holdfast.UnavailableException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** The append-only history of jobs, as a log that can be filled in bulk and followed live. */
public interface EventLog extends EventJournal {

  /**
   * Appends everything that {@code events} emits, in chunks, without expected versions. Requests
   * only as much as is being written. Order is kept within each job, not between jobs.
   *
   * <p>Each chunk is atomic, and is written once even if its commit had to be repeated. A failure
   * of the source or of a chunk ends the append; what was emitted before is committed, and chunks
   * that were under way may be. Cancelling stops after the chunks under way.
   *
   * @return what is committed so far, once a chunk; empty if {@code events} is
   */
  Flux<BulkProgress> appendAll(Publisher<JobEvent> events);

  /**
   * The events that match {@code filter}: first those that are there, then each new one as it is
   * committed, in position order, without a gap and without a duplicate. Never completes.
   *
   * <p>Nothing is read ahead of demand but one page. A subscriber that asks for nothing holds no
   * connection, no transaction and no growing buffer. Connection failures are waited out; fails
   * with {@link UnavailableException} when the storage is closed, or does not let it read, and with
   * {@link InvalidInputException} when {@code from} is a position of another store. Archived events
   * are among the others; fails with {@link NotFoundException} when their archive is not within
   * reach.
   */
  Flux<RecordedEvent> subscribe(EventFilter filter, StartFrom from);

  /** The months of the log, for whoever operates the storage. */
  EventMonths months();
}
