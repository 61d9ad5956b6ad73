package io.holdfast.event;

import io.holdfast.UnavailableException;
import reactor.core.publisher.Flux;

/** What a storage can do beyond filtering event by event, if it has an index on their data. */
public interface EventSearch {

  /**
   * Switches the index on the data of events, in a store that may be in use: month by month,
   * without stopping appends. Months to come get it too. Cancelling stops after the step under way;
   * a switch that was broken off is finished by another one. Fails with {@link
   * UnavailableException} when long transactions keep it from a lock for a minute; what is done by
   * then stays.
   *
   * @return what was done, step by step; empty if the store is as wanted
   */
  Flux<String> indexFor(SearchIndex wanted);
}
