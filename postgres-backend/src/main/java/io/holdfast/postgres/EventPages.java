package io.holdfast.postgres;

import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Fetches one page of events in one round trip, by the schema's function {@code event_page}: it
 * looks at the sequence, at the floors, and at the rows, in three statements of which each sees
 * what was committed before it. {@link Horizon} says why that matters.
 *
 * <p>That needs the isolation level READ COMMITTED. A level that sees one snapshot throughout would
 * be too late already, whatever is asked: a writer that had not committed when the snapshot was
 * taken, but is no longer to be seen among the locks, would be lost. The function refuses to answer
 * then, and is called again in a transaction that sets the level; our transactions all do.
 */
final class EventPages implements PageFetcher {

  private static final String PAGE =
      """
      SELECT found
      FROM {schema}.event_page($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
        $15, $16, $17) AS found
      """;

  /** In which order, and how far. The function knows them by these names in lower case. */
  enum Way {
    /** By position, a stretch of positions within the horizon. */
    FORWARD("forward"),
    /** By position, newest first. */
    BACKWARD("backward"),
    /** One job by version, within the horizon. */
    JOB("job"),
    /** One job by version: whatever is committed, for versions have an order of their own. */
    VERSION("version");

    private final String word;

    Way(String word) {
      this.word = word;
    }
  }

  /**
   * Which page.
   *
   * @param breadth how many positions to look at, at most
   * @param rows how many events to return, at most
   */
  record Call(Way way, EventFilter filter, EventReader.Place from, long breadth, int rows) {}

  /**
   * What was found.
   *
   * @param looked the position up to which the page has looked
   * @param decided the position up to which there was something to look at
   * @param mayBeArchived true if an archive may have events of this page
   */
  record Found(List<RecordedEvent> events, long looked, long decided, boolean mayBeArchived) {}

  private final SqlRunner runner;
  private final int tag;
  private final String page;

  EventPages(SqlRunner runner, SchemaName schema, int tag) {
    this.runner = runner;
    this.tag = tag;
    this.page = schema.in(PAGE);
  }

  @Override
  public Mono<Found> fetch(Call call) {
    Sql sql = sql(call);
    return lines(runner, sql)
        .switchIfEmpty(Mono.defer(() -> runner.atomically(level -> lines(level, sql))))
        .switchIfEmpty(
            Mono.error(() -> new IllegalStateException("A transaction is not READ COMMITTED")))
        .map(EventPages::found);
  }

  private static Mono<List<Line>> lines(SqlRunner runner, Sql sql) {
    return runner.list(sql, Line::of).filter(lines -> !lines.isEmpty());
  }

  /** A row of the answer: the last has no event, but says how far was looked. */
  private record Line(
      long position, long version, boolean mayBeArchived, @Nullable RecordedEvent event) {

    static Line of(Columns columns) {
      RecordBytes row = columns.composite(0);
      boolean isEvent = !row.isNull(1);
      return new Line(
          row.number(0),
          row.number(2),
          !isEvent && !row.isNull(4),
          isEvent ? EventRows.event(row) : null);
    }
  }

  private static Found found(List<Line> lines) {
    int last = lines.size() - 1;
    Line head = lines.get(last);
    List<RecordedEvent> events = new ArrayList<>(last);
    for (Line line : lines.subList(0, last)) {
      events.add(Objects.requireNonNull(line.event()));
    }
    return new Found(events, head.position(), head.version(), head.mayBeArchived());
  }

  private Sql sql(Call call) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(tag);
    arguments.add(call.way().word);
    arguments.add(call.from().position());
    arguments.add(call.from().version());
    arguments.add(call.breadth());
    arguments.add(call.rows());
    arguments.addAll(FilterArguments.of(call.filter()));
    return new Sql(page, arguments);
  }
}
