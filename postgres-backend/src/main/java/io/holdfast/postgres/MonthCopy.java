package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.Event;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventDigest;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Copies rows of a month's table into the archive, and proves that they are there. */
final class MonthCopy {

  private static final String ROWS =
      """
      SELECT position, job_id, version, created_at, event_type, event_id, correlation_id, agent_id,
        data
      FROM {schema}.{table}
      WHERE position > $1 AND position <= $2
      ORDER BY position
      LIMIT $3
      """;

  private static final String HAS_ROWS =
      "SELECT EXISTS (SELECT FROM {schema}.{table} WHERE position > $1 AND position <= $2)";

  private final SqlRunner database;
  private final SchemaName schema;
  private final EventArchive archive;

  MonthCopy(SqlRunner database, SchemaName schema, EventArchive archive) {
    this.database = database;
    this.schema = schema;
    this.archive = archive;
  }

  /**
   * Copies what lies behind {@code after} and up to {@code upTo}; reads it back from the archive,
   * reads the table again, and compares both with what was written. Empty if there is nothing.
   */
  Mono<ArchivedMonth> copy(MonthTable table, long after, long upTo) {
    return database
        .first(Sql.of(on(table, HAS_ROWS), after, upTo), row -> row.flag(0))
        .filter(hasRows -> hasRows)
        .flatMap(hasRows -> archive.write(table.month(), rows(table, after, upTo)))
        .flatMap(
            written ->
                require(archive.read(written, EventArchive.Range.ALL), written)
                    .then(require(rows(table, after, Positions.number(written.last())), written))
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

  private Flux<RecordedEvent> rows(MonthTable table, long after, long upTo) {
    return Flux.defer(
        () -> {
          Progress progress = new Progress(after);
          return Flux.<Integer>generate(progress::ask)
              .concatMap(
                  rows ->
                      database.list(
                          Sql.of(on(table, ROWS), progress.after, upTo, rows), MonthCopy::event),
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

  private String on(MonthTable table, String sql) {
    return schema.in(sql).replace("{table}", table.name());
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
