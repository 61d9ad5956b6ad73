package io.holdfast.event;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.NotFoundException;
import io.holdfast.UnavailableException;
import java.time.YearMonth;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The months of an {@link EventLog}: an event belongs to the month, in UTC, of its time. Months are
 * made when an event needs them; what is here is for whoever operates a storage.
 *
 * <p>Any number of processes may do this at once, and while events are appended: what is asked for
 * waits for its turn, and an append to another month is not in the way of it. Cancelling stops
 * behind the step under way; whatever was broken off is taken up by asking again. Every operation
 * fails with {@link UnavailableException} when the storage cannot be reached, is only read, or is
 * kept busy by others for too long.
 */
public interface EventMonths {

  /**
   * The months that are there, ascending; empty if there is none. A month of which events came back
   * after it was taken out appears once for each state it is in.
   */
  Flux<EventMonth> list();

  /**
   * Makes room for the events of {@code month}; harmless if it is there. Fails with {@link
   * InvalidInputException} when no event can be of that month.
   *
   * @return the month; never empty
   */
  Mono<EventMonth> create(YearMonth month);

  /**
   * Moves the events of {@code month} into the archive, compressed. Readers see them as before, and
   * an append to the month goes on as before, but for a moment in which it waits. The events leave
   * the log only when they were read back from the archive and compared with the log. Harmless if
   * the month is archived; one without events is just gone.
   *
   * <p>Fails with {@link InvalidInputException} when the storage was opened without an archive,
   * with {@link NotFoundException} when the month is not there, and, unless {@code removal} is
   * forced, with {@link ConflictException} when the month is not over or when a durable
   * subscription has not read it yet.
   *
   * @return the month as it is now, or would be; never empty
   */
  Mono<EventMonth> archive(YearMonth month, Removal removal);

  /**
   * Removes the events of {@code month} for good, from the log and from the archive. Readers go on
   * without them; versions, positions and everything else stay as they are, so that a job continues
   * to count where it was. Batches whose events are gone are still recognised.
   *
   * <p>Fails with {@link NotFoundException} when the month is not there, and, unless {@code
   * removal} is forced, with {@link ConflictException} when the month is not over or when a durable
   * subscription has not read it yet.
   *
   * @return the month as it was; never empty
   */
  Mono<EventMonth> drop(YearMonth month, Removal removal);

  /**
   * Drops or archives, oldest first, every month that is too old. Stops, with the failure of {@link
   * #drop} or {@link #archive}, at the first one that must not go.
   *
   * @return what {@link #drop} or {@link #archive} returns, for each; empty if none is old enough
   */
  Flux<EventMonth> retain(Retention retention);
}
