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

  private static final String FORWARD =
      """
      SELECT {columns}
      FROM {schema}.events
      WHERE {conditions}
      ORDER BY position
      LIMIT {limit}
      """;

  private static final String BACKWARD =
      """
      SELECT {columns}
      FROM {schema}.events
      WHERE {conditions}
      ORDER BY position DESC
      LIMIT {limit}
      """;

  private static final String BY_VERSION =
      """
      SELECT {columns}
      FROM {schema}.events
      WHERE {conditions}
      ORDER BY version
      LIMIT {limit}
      """;

  private final SqlRunner runner;
  private final Horizon horizon;
  private final String forward;
  private final String backward;
  private final String byVersion;

  EventReader(SqlRunner runner, SchemaName schema, Horizon horizon) {
    this.runner = runner;
    this.horizon = horizon;
    this.forward = columns(schema.in(FORWARD));
    this.backward = columns(schema.in(BACKWARD));
    this.byVersion = columns(schema.in(BY_VERSION));
  }

  private static String columns(String sql) {
    return sql.replace("{columns}", EventRows.COLUMNS);
  }

  /**
   * Events behind a position, and up to where the log is read with them.
   *
   * @param upTo nothing that matches lies between the last event and here
   * @param isFull true if there may be more right behind
   */
  record Page(List<RecordedEvent> events, long upTo, boolean isFull) {}

  /** The next page behind {@code after}; its list may be empty. */
  Mono<Page> pageAfter(EventFilter filter, long after, int rows) {
    return horizon
        .read()
        .flatMap(
            upTo ->
                upTo <= after
                    ? Mono.just(new Page(List.of(), after, false))
                    : pageBetween(filter, after, upTo, rows));
  }

  private Mono<Page> pageBetween(EventFilter filter, long after, long upTo, int rows) {
    Sql sql =
        EventConditions.of(filter)
            .and("position > %s", after)
            .and("position <= %s", upTo)
            .limited(forward, rows);
    return runner
        .list(sql, EventRows::event)
        .map(
            events ->
                events.size() < rows
                    ? new Page(events, upTo, false)
                    : new Page(events, lastPosition(events), true));
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
          return pages(query, start, query.limit(), this::forwardPage);
        });
  }

  /** Every event there is, by position. */
  Flux<RecordedEvent> readAll() {
    return pages(EventQuery.forward(EventFilter.all()), 0, Long.MAX_VALUE, this::forwardPage);
  }

  private Mono<List<RecordedEvent>> forwardPage(EventQuery query, long after, int rows) {
    return pageAfter(query.filter(), after, rows).map(Page::events);
  }

  private Flux<RecordedEvent> readBackward(EventQuery query) {
    Position given = query.start();
    Mono<Long> start =
        given == null
            ? horizon.read().map(upTo -> upTo + 1)
            : Mono.fromCallable(() -> Positions.number(given));
    return start.flatMapMany(before -> pages(query, before, query.limit(), this::backwardPage));
  }

  private Mono<List<RecordedEvent>> backwardPage(EventQuery query, long before, int rows) {
    return horizon
        .read()
        .flatMap(
            upTo ->
                runner.list(
                    EventConditions.of(query.filter())
                        .and("position < %s", Math.min(before, upTo + 1))
                        .limited(backward, rows),
                    EventRows::event));
  }

  private Flux<RecordedEvent> readByVersion(EventQuery query) {
    return pages(query, query.firstVersion() - 1, query.limit(), this::versionPage);
  }

  private Mono<List<RecordedEvent>> versionPage(EventQuery query, long after, int rows) {
    return runner.list(
        EventConditions.of(query.filter()).and("version > %s", after).limited(byVersion, rows),
        EventRows::event);
  }

  /** Fetches the page behind a place: a position, or a version. */
  private interface Fetch {
    Mono<List<RecordedEvent>> page(EventQuery query, long place, int rows);
  }

  /** Page after page, each asked for when the one before is used up, to the limit or the end. */
  private static Flux<RecordedEvent> pages(EventQuery query, long start, long limit, Fetch fetch) {
    return Flux.defer(
        () -> {
          PageSize size = new PageSize();
          Progress progress = new Progress(start, limit);
          return Flux.<Integer>generate(sink -> progress.ask(sink, size))
              .concatMap(rows -> fetch.page(query, progress.place, rows), 0)
              .doOnNext(page -> progress.learn(page, query, size))
              .concatMapIterable(page -> page, 1);
        });
  }

  /** How far a read is. Pages come one after the other, so nobody else looks at it meanwhile. */
  private static final class Progress {

    private long place;
    private long wanted;
    private int asked;

    Progress(long place, long wanted) {
      this.place = place;
      this.wanted = wanted;
    }

    void ask(SynchronousSink<Integer> sink, PageSize size) {
      if (wanted == 0) {
        sink.complete();
        return;
      }
      asked = (int) Math.min(size.rows(), wanted);
      sink.next(asked);
    }

    void learn(List<RecordedEvent> page, EventQuery query, PageSize size) {
      wanted = page.size() < asked ? 0 : wanted - page.size();
      size.learn(page, EventRows::sizeBytes);
      if (!page.isEmpty()) {
        RecordedEvent last = page.get(page.size() - 1);
        place =
            query.order() == EventQuery.Order.VERSION
                ? last.version()
                : Positions.number(last.position());
      }
    }
  }

  private static long lastPosition(List<RecordedEvent> events) {
    return Positions.number(events.get(events.size() - 1).position());
  }
}
