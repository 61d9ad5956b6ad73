package io.holdfast.postgres;

import io.holdfast.Position;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Reads events in keyset pages, each within the horizon, so that no reader holds a cursor. */
final class EventReader {

  /**
   * How many positions a page looks at, at most, where no index leads from match to match: a filter
   * that matches little must not turn a page into a scan that outlives the statement's time-out,
   * and is then begun again for ever.
   */
  private static final long WINDOW = 200_000;

  private final PageFetcher fetcher;

  EventReader(PageFetcher fetcher) {
    this.fetcher = fetcher;
  }

  /**
   * Events behind a place, and how far was looked.
   *
   * @param end the place to go on from: nothing that matches lies between the last event and here
   * @param hasMore true if there may be more right behind
   */
  record Page(List<RecordedEvent> events, Place end, boolean hasMore) {}

  /**
   * Where a reader is.
   *
   * @param position by position: nothing at or before it (backwards: behind it) is wanted any more
   * @param version of a single job, the last version seen; it lets the job's index be used
   */
  record Place(long position, long version) {

    static Place behind(long position) {
      return new Place(position, 0);
    }
  }

  /** The next page behind {@code after}; its list may be empty. */
  Mono<Page> pageAfter(EventFilter filter, Place after, int rows) {
    // Versions of a job and positions grow together: its head is locked while both are given out.
    EventPages.Way way = filter.jobs().size() == 1 ? EventPages.Way.JOB : EventPages.Way.FORWARD;
    return fetcher
        .fetch(new EventPages.Call(way, filter, after, WINDOW, rows))
        .map(found -> pageAfter(found, after, rows));
  }

  private static Page pageAfter(EventPages.Found found, Place after, int rows) {
    // A job that was born by a transaction that is still open begins beyond what is decided; and
    // what
    // is decided only grows, but may be seen by a reader that has come from further on.
    long looked = Math.min(found.looked(), found.decided());
    Place end = new Place(Math.max(looked, after.position()), after.version());
    return page(found.events(), rows, end, found.looked() < found.decided());
  }

  private static Page page(List<RecordedEvent> events, int rows, Place end, boolean windowEnds) {
    if (events.size() < rows) {
      return new Page(events, events.isEmpty() ? end : seen(events, end.position()), windowEnds);
    }
    return new Page(events, seen(events, lastPosition(events)), true);
  }

  private static Place seen(List<RecordedEvent> events, long position) {
    return new Place(position, events.get(events.size() - 1).version());
  }

  Flux<RecordedEvent> read(EventQuery query) {
    return switch (query.order()) {
      case FORWARD -> readForward(query);
      case BACKWARD -> readBackward(query);
      case VERSION -> readByVersion(query);
    };
  }

  private Flux<RecordedEvent> readForward(EventQuery query) {
    return Flux.defer(
        () -> {
          long start = query.start() == null ? 0 : Positions.number(query.start());
          return pages(query.limit(), Place.behind(start), forwardPages(query.filter()));
        });
  }

  private Fetch forwardPages(EventFilter filter) {
    return (place, rows) -> pageAfter(filter, place, rows);
  }

  /** Every event there is, by position. */
  Flux<RecordedEvent> readAll() {
    return readAll(EventFilter.all());
  }

  /** Every event that matches, by position. */
  Flux<RecordedEvent> readAll(EventFilter filter) {
    return pages(Long.MAX_VALUE, Place.behind(0), forwardPages(filter));
  }

  private Flux<RecordedEvent> readBackward(EventQuery query) {
    Position given = query.start();
    return Flux.defer(
        () -> {
          long before = given == null ? Long.MAX_VALUE : Positions.number(given);
          return pages(
              query.limit(),
              Place.behind(before),
              (place, rows) -> pageBefore(query.filter(), place, rows));
        });
  }

  private Mono<Page> pageBefore(EventFilter filter, Place before, int rows) {
    return fetcher
        .fetch(new EventPages.Call(EventPages.Way.BACKWARD, filter, before, WINDOW, rows))
        .map(
            found ->
                found.events().size() < rows
                    ? new Page(found.events(), Place.behind(found.looked()), found.looked() > 0)
                    : new Page(found.events(), Place.behind(lastPosition(found.events())), true));
  }

  private Flux<RecordedEvent> readByVersion(EventQuery query) {
    return pages(
        query.limit(),
        new Place(0, query.firstVersion() - 1),
        (place, rows) -> versionPage(query.filter(), place, rows));
  }

  private Mono<Page> versionPage(EventFilter filter, Place after, int rows) {
    return fetcher
        .fetch(new EventPages.Call(EventPages.Way.VERSION, filter, after, WINDOW, rows))
        .map(found -> pageAfter(found, after, rows));
  }

  /** Fetches the page behind a place. */
  private interface Fetch {
    Mono<Page> page(Place place, int rows);
  }

  /** Page after page, each asked for when the one before is used up, to the limit or the end. */
  private static Flux<RecordedEvent> pages(long limit, Place start, Fetch fetch) {
    return Flux.defer(
        () -> {
          Progress progress = new Progress(start, limit);
          return Flux.<Integer>generate(progress::ask)
              .concatMap(rows -> fetch.page(progress.place, rows), 0)
              .doOnNext(progress::learn)
              .concatMapIterable(Page::events, 1);
        });
  }

  /** How far a read is. Pages come one after the other, so nobody else looks at it meanwhile. */
  private static final class Progress {

    private final PageSize size = new PageSize();
    private Place place;
    private long wanted;

    Progress(Place place, long wanted) {
      this.place = place;
      this.wanted = wanted;
    }

    void ask(SynchronousSink<Integer> sink) {
      if (wanted == 0) {
        sink.complete();
      } else {
        sink.next((int) Math.min(size.rows(), wanted));
      }
    }

    void learn(Page page) {
      wanted = page.hasMore() ? wanted - page.events().size() : 0;
      place = page.end();
      size.learn(page.events(), EventRows::sizeBytes);
    }
  }

  private static long lastPosition(List<RecordedEvent> events) {
    return Positions.number(events.get(events.size() - 1).position());
  }
}
