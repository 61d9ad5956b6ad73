package io.holdfast.postgres;

import static java.util.stream.Collectors.joining;

import io.holdfast.JobId;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.Event;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventDigest;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.RecordedEvent;
import java.time.YearMonth;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * Copies rows of a month into the archive, and proves that they are there. If it has several
 * tables, they are read as one: which of them has the lower positions cannot be known.
 */
final class MonthCopy {

  private static final String ROWS =
      """
      SELECT position, job_id, version, created_at, event_type, event_id, correlation_id, agent_id,
        data
      FROM {rows}
      WHERE position > $1 AND position <= $2
      ORDER BY position
      LIMIT $3
      """;

  private static final String HAS_ROWS =
      "SELECT EXISTS (SELECT FROM {rows} WHERE position > $1 AND position <= $2)";

  /** What there is of each table; the planner takes it apart again, to use their indexes. */
  private static final String TABLE =
      """
      SELECT position, job_id, version, created_at, event_type, event_id, correlation_id, agent_id,
        data
      FROM {schema}.{table}
      """;

  private final SqlRunner database;
  private final EventArchive archive;
  private final YearMonth month;
  private final String rows;
  private final String hasRows;

  /** {@code tables} are of {@code month}, and there is at least one. */
  MonthCopy(
      SqlRunner database,
      SchemaName schema,
      EventArchive archive,
      YearMonth month,
      List<MonthTable> tables) {
    this.database = database;
    this.archive = archive;
    this.month = month;
    String all =
        tables.stream()
            .map(table -> schema.in(TABLE).replace("{table}", table.name()))
            .collect(joining("UNION ALL\n", "(", ") AS month"));
    this.rows = ROWS.replace("{rows}", all);
    this.hasRows = HAS_ROWS.replace("{rows}", all);
  }

  /**
   * Copies what lies behind {@code after} and up to {@code upTo}; reads it back from the archive,
   * reads the table again, and compares both with what was written. Empty if there is nothing.
   */
  Mono<ArchivedMonth> copy(long after, long upTo) {
    return database
        .first(Sql.of(hasRows, after, upTo), row -> row.flag(0))
        .filter(found -> found)
        .flatMap(found -> archive.write(month, rows(after, upTo)))
        .flatMap(
            written ->
                require(archive.read(written, EventArchive.Range.ALL), written)
                    .then(require(rows(after, Positions.number(written.last())), written))
                    .thenReturn(written));
  }

  /** What was written is what is there, wherever it is read from. */
  private Mono<Void> require(Flux<RecordedEvent> events, ArchivedMonth written) {
    return events
        .collect(EventDigest::new, EventDigest::add)
        .doOnNext(
            digest -> digest.require("The copy of month " + written + " in " + archive, written))
        .then();
  }

  private Flux<RecordedEvent> rows(long after, long upTo) {
    return Flux.defer(
        () -> {
          Progress progress = new Progress(after);
          return Flux.<Integer>generate(progress::ask)
              .concatMap(
                  rows ->
                      database.list(
                          Sql.of(this.rows, progress.after, upTo, rows), MonthCopy::event),
                  0)
              .doOnNext(progress::learn)
              .concatMapIterable(page -> page, 1);
        });
  }

  private static RecordedEvent event(Columns row) {
    EventOrigin origin = new EventOrigin(row.textOrNull(5), row.textOrNull(6), row.textOrNull(7));
    return new RecordedEvent(
        Positions.of(row.number(0)),
        new JobId(row.text(1)),
        row.number(2),
        new Event(row.text(4), row.json(8), origin, row.time(3)));
  }

  /** How far the reading is; a page comes after the other. */
  private static final class Progress {

    private final PageSize size = new PageSize();
    private long after;
    private boolean isDone;

    Progress(long after) {
      this.after = after;
    }

    void ask(SynchronousSink<Integer> sink) {
      if (isDone) {
        sink.complete();
      } else {
        sink.next(size.rows());
      }
    }

    void learn(List<RecordedEvent> page) {
      isDone = page.isEmpty();
      if (!isDone) {
        after = Positions.number(page.get(page.size() - 1).position());
        size.learn(page, EventRows::sizeBytes);
      }
    }
  }
}
