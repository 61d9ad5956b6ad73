package io.holdfast.event;

import io.holdfast.CorruptDataException;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A place outside a storage where months of its events are kept, compressed. What was written never
 * changes. Every operation fails with {@link UnavailableException} when the place cannot be used,
 * and with {@link CorruptDataException}, which names file and place, when what is there cannot be
 * read.
 */
public interface EventArchive {

  /**
   * Writes {@code events}, which are those of {@code month} by ascending position and at least one.
   * What was written counts when this completes, and survives a loss of power; whatever happens
   * before, it can be written again. Requests only as much as is being written.
   *
   * @return what was written; never empty
   */
  Mono<ArchivedMonth> write(YearMonth month, Flux<RecordedEvent> events);

  /** What is there, by month and position; empty if there is nothing. */
  Flux<ArchivedMonth> list();

  /**
   * The events of {@code month} that {@code range} asks for, read as they are demanded. Holds no
   * open file between two requests. Fails with {@link NotFoundException} when the month is not
   * there.
   */
  Flux<RecordedEvent> read(ArchivedMonth month, Range range);

  /**
   * Completes if what was written here can be reached, and fails with {@link UnavailableException}
   * if not: an archive that has gone as a whole must not look as if it were empty.
   */
  Mono<Void> check();

  /** Deletes a month; harmless if it is not there. */
  Mono<Void> delete(ArchivedMonth month);

  /** Frees what the archive holds on to. */
  Mono<Void> close();

  /** The place, as it may be shown. */
  @Override
  String toString();

  /**
   * Which events of an archived month.
   *
   * @param filter those that match
   * @param after none at or before this position; {@code null}: from the first on
   * @param upTo none behind this position; {@code null}: to the last
   * @param descending from the last to the first
   */
  record Range(
      EventFilter filter, @Nullable Position after, @Nullable Position upTo, boolean descending) {

    /** Every event. */
    public static final Range ALL = new Range(EventFilter.all(), null, null, false);
  }
}
