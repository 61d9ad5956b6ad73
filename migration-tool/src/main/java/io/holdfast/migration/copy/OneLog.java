package io.holdfast.migration.copy;

import io.holdfast.InvalidInputException;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import reactor.core.publisher.Mono;

/** Whether the events of two storages are one history: those of one begin those of the other. */
public final class OneLog {

  private OneLog() {}

  /**
   * Fails with {@link InvalidInputException} when both have events that the other one does not
   * have.
   */
  public static Mono<Void> require(RecordSource source, RecordSource target) {
    // A source may have to read all of its events to find the newest one: asked last.
    return hasNewest(source, target)
        .flatMap(found -> found ? Mono.just(true) : hasNewest(target, source))
        .flatMap(
            found ->
                found
                    ? Mono.<Void>empty()
                    : Mono.error(
                        () ->
                            new InvalidInputException(
                                "target",
                                "it has other events than the source. Nothing was written; migrate"
                                    + " into a storage without events, or into an earlier copy")));
  }

  /** Whether the newest event of {@code log} is in {@code other}; true if it has none. */
  private static Mono<Boolean> hasNewest(RecordSource other, RecordSource log) {
    return log.findNewestEvent(EventFilter.all())
        .flatMap(
            newest ->
                other
                    .findEvent(newest.job(), newest.version())
                    .map(found -> isSame(found, newest))
                    .defaultIfEmpty(false))
        .defaultIfEmpty(true);
  }

  private static boolean isSame(RecordedEvent one, RecordedEvent other) {
    return one.version() == other.version() && one.position().equals(other.position());
  }
}
