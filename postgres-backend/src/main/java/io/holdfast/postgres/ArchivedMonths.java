package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventFilter;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table of what has been copied into an archive. */
final class ArchivedMonths {

  private static final String BETWEEN =
      """
      SELECT month, events, bytes, first_position, last_position, sha256
      FROM {schema}.archived_months
      WHERE last_position > $1 AND first_position <= $2
      ORDER BY first_position
      """;

  private static final String NOTE =
      """
      INSERT INTO {schema}.archived_months
        (month, first_position, last_position, events, bytes, sha256, place)
      VALUES ($1, $2, $3, $4, $5, $6, $7)
      """;

  /** A job that nobody has appended to is younger than everything. */
  private static final String HEADS =
      """
      SELECT coalesce(min(born), 9223372036854775807), coalesce(sum(version), 0)::bigint
      FROM {schema}.job_heads
      WHERE job_id = ANY($1::text[])
      """;

  private static final String FORGET = "DELETE FROM {schema}.archived_months WHERE month = $1";

  /** The months are looked at one by one, so that only theirs are opened. */
  private static final String IS_LIVE =
      """
      SELECT EXISTS (
        SELECT FROM {schema}.events WHERE created_at >= $1 AND created_at < $2 AND position <= $3)
      """;

  private final SqlRunner runner;
  private final SchemaName schema;
  private final String between;

  ArchivedMonths(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.between = schema.in(BETWEEN);
  }

  /** What may have events behind {@code after} and up to {@code upTo}, by first position. */
  Mono<List<ArchivedMonth>> between(long after, long upTo) {
    return runner.list(Sql.of(between, after, upTo), ArchivedMonths::month);
  }

  /** All there is, by first position. */
  Mono<List<ArchivedMonth>> all() {
    return between(0, Long.MAX_VALUE);
  }

  /** What there is of a month, by first position. */
  Mono<List<ArchivedMonth>> of(YearMonth month) {
    return all().map(all -> all.stream().filter(one -> one.month().equals(month)).toList());
  }

  private static ArchivedMonth month(Columns row) {
    return new ArchivedMonth(
        YearMonth.parse(row.text(0)),
        row.number(1),
        row.number(2),
        Positions.of(row.number(3)),
        Positions.of(row.number(4)),
        row.text(5));
  }

  /** From now on readers find {@code month} at {@code place}. */
  Mono<Long> note(ArchivedMonth month, String place) {
    return runner.write(
        Sql.of(
            schema.in(NOTE),
            month.month().toString(),
            Positions.number(month.first()),
            Positions.number(month.last()),
            month.events(),
            month.bytes(),
            month.sha256(),
            place));
  }

  /** From now on nobody looks for {@code month} in an archive. */
  Mono<Long> forget(YearMonth month) {
    return runner.write(Sql.of(schema.in(FORGET), month.toString()));
  }

  /**
   * Where events of a filter may be, by first position. Nowhere, if they are those of whole jobs,
   * and {@code found} of them, all there are, have been found elsewhere just now.
   */
  Mono<List<ArchivedMonth>> of(EventFilter filter, long found) {
    return all()
        .map(all -> all.stream().filter(month -> isWithin(month, filter)).toList())
        .flatMap(
            within ->
                within.isEmpty() || filter.jobs().isEmpty()
                    ? Mono.just(within)
                    : heads(filter).map(heads -> heads.narrow(within, filter, found)));
  }

  /** Versions count from one without a hole, so that they say how many events there are. */
  private record Heads(long born, long events) {

    List<ArchivedMonth> narrow(List<ArchivedMonth> months, EventFilter filter, long found) {
      if (found == events && filter.equals(EventFilter.all().withJobs(filter.jobs()))) {
        return List.of();
      }
      return months.stream().filter(month -> Positions.number(month.last()) > born).toList();
    }
  }

  private Mono<Heads> heads(EventFilter filter) {
    String[] jobs = filter.jobs().stream().map(JobId::value).toArray(String[]::new);
    return runner.first(
        Sql.of(schema.in(HEADS), (Object) jobs), row -> new Heads(row.number(0), row.number(1)));
  }

  /** True if a month may have events of the time range of a filter. */
  static boolean isWithin(ArchivedMonth month, EventFilter filter) {
    Instant from = filter.createdFrom();
    Instant before = filter.createdBefore();
    return (from == null || begin(month.month().plusMonths(1)).isAfter(from))
        && (before == null || begin(month.month()).isBefore(before));
  }

  /** True if one of {@code parts} has not left the table yet. */
  Mono<Boolean> isAnyStillLive(List<ArchivedMonth> parts) {
    return Flux.fromIterable(parts).concatMap(this::isStillLive).any(live -> live);
  }

  private Mono<Boolean> isStillLive(ArchivedMonth part) {
    Sql sql =
        Sql.of(
            schema.in(IS_LIVE),
            begin(part.month()),
            begin(part.month().plusMonths(1)),
            Positions.number(part.last()));
    return runner.first(sql, row -> row.flag(0));
  }

  private static Instant begin(YearMonth month) {
    return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
  }
}
