package io.holdfast.postgres;

import reactor.core.publisher.Mono;

/** Fetches one page of events: from the table, or from an archive as well. */
interface PageFetcher {

  /** The page; never empty, its list of events may be. */
  Mono<EventPages.Found> fetch(EventPages.Call call);
}
