package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.Paging;
import io.holdfast.StorageTime;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterPatterns.Group;
import io.holdfast.deadletter.DeadLetterPatterns.HourCount;
import io.holdfast.deadletter.DeadLetterPatterns.TypeCount;
import io.holdfast.deadletter.DeadLetterReports;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.ItemId;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What there is among the dead letters. */
record DeadLetterReport(SqlRunner runner, SchemaName schema) implements DeadLetterReports {

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.dead_letter_states s
      JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
      WHERE {conditions}
      ORDER BY s.job_id, s.item_id
      LIMIT {limit}
      """;

  private static final String LIST_NEWEST =
      """
      SELECT {columns}
      FROM {schema}.dead_letter_states s
      JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
      WHERE {conditions}
      ORDER BY {failed_at} DESC, l.job_id DESC, l.item_id DESC
      LIMIT {limit}
      """
          .replace("{failed_at}", DeadLetterRows.FAILED_AT);

  /** From job to job by the index, not through all letters. */
  private static final String JOBS =
      """
      WITH RECURSIVE job AS (
        (SELECT l.job_id FROM {schema}.dead_letters l
          WHERE l.job_id > $1 ORDER BY l.job_id LIMIT 1)
        UNION ALL
        SELECT (SELECT l.job_id FROM {schema}.dead_letters l
          WHERE l.job_id > j.job_id ORDER BY l.job_id LIMIT 1)
        FROM job j
        WHERE j.job_id IS NOT NULL
      )
      SELECT job_id FROM job WHERE job_id IS NOT NULL LIMIT $2
      """;

  private static final String STATS =
      """
      SELECT jsonb_array_length(l.failures)::bigint, count(*), count(*) FILTER (WHERE s.eligible),
        min(l.created_at), max(l.created_at)
      FROM {schema}.dead_letter_states s
      JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
      WHERE s.job_id = $1
      GROUP BY 1
      """;

  /** One look at the letters; what is counted comes as rows of four kinds. */
  private static final String PATTERNS =
      """
      WITH matching AS MATERIALIZED (
        SELECT l.job_id, l.item_id, l.signature, l.failures -> -1 ->> 'errorType' AS error_type,
          (l.failures -> -1 ->> 'at')::timestamptz AS failed_at,
          row_number() OVER (PARTITION BY l.signature ORDER BY l.job_id, l.item_id) AS place
        FROM {schema}.dead_letter_states s
        JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
        WHERE {conditions}
      )
      SELECT 0::bigint AS kind, NULL::text AS name, count(*) AS number, NULL::timestamptz AS first,
        NULL::timestamptz AS last, NULL::jsonb AS samples
      FROM matching
      UNION ALL (
        SELECT 1, signature, count(*), min(failed_at), max(failed_at),
          jsonb_agg(jsonb_build_object('job', job_id, 'item', item_id) ORDER BY place)
            FILTER (WHERE place <= {samples})
        FROM matching
        GROUP BY signature
        ORDER BY count(*) DESC, signature
        LIMIT {limit})
      UNION ALL (
        SELECT 2, error_type, count(*), NULL, NULL, NULL
        FROM matching
        GROUP BY error_type
        ORDER BY count(*) DESC, error_type COLLATE "C"
        LIMIT {limit})
      UNION ALL (
        SELECT 3, NULL, count(*), date_trunc('hour', failed_at, 'UTC'), NULL, NULL
        FROM matching
        GROUP BY date_trunc('hour', failed_at, 'UTC')
        ORDER BY date_trunc('hour', failed_at, 'UTC') DESC
        LIMIT {limit})
      """;

  private String sql(String text) {
    return schema.in(text).replace("{columns}", DeadLetterRows.COLUMNS);
  }

  @Override
  public Flux<DeadLetter> list(DeadLetterFilter filter) {
    return runner
        .list(
            DeadLetterConditions.page(filter).limited(sql(LIST), filter.limit()),
            DeadLetterRows::letter)
        .flatMapIterable(letters -> letters);
  }

  @Override
  public Flux<DeadLetter> listNewest(DeadLetterFilter filter, @Nullable DeadLetter after) {
    Conditions conditions = DeadLetterConditions.of(filter);
    if (after != null) {
      conditions
          .and(
              "(" + DeadLetterRows.FAILED_AT + ", l.job_id, l.item_id) < (%s",
              StorageTime.format(after.lastFailure().at()))
          .with(", %s", after.key().job().value())
          .with(", %s)", after.key().item().value());
    }
    return runner
        .list(conditions.limited(sql(LIST_NEWEST), filter.limit()), DeadLetterRows::letter)
        .flatMapIterable(letters -> letters);
  }

  @Override
  public Flux<JobId> jobs(@Nullable JobId after, int limit) {
    Paging.check(limit);
    return runner
        .list(
            Sql.of(sql(JOBS), after == null ? "" : after.value(), limit),
            row -> new JobId(row.text(0)))
        .flatMapIterable(jobs -> jobs);
  }

  @Override
  public Mono<DeadLetterStats> stats(JobId job) {
    return runner
        .list(Sql.of(sql(STATS), job.value()), DeadLetterRows::group)
        .map(DeadLetterReport::total);
  }

  private static DeadLetterStats total(List<DeadLetterRows.Group> groups) {
    Map<Integer, Long> byFailures = new HashMap<>();
    groups.forEach(group -> byFailures.put((int) group.failures(), group.total()));
    return new DeadLetterStats(
        groups.stream().mapToLong(DeadLetterRows.Group::total).sum(),
        groups.stream().mapToLong(DeadLetterRows.Group::eligible).sum(),
        byFailures,
        groups.stream().map(DeadLetterRows.Group::oldest).min(Instant::compareTo).orElse(null),
        groups.stream().map(DeadLetterRows.Group::newest).max(Instant::compareTo).orElse(null));
  }

  @Override
  public Mono<DeadLetterPatterns> patterns(DeadLetterFilter filter) {
    Conditions conditions = DeadLetterConditions.of(filter);
    String text =
        sql(PATTERNS)
            .replace("{limit}", conditions.bind(filter.limit()))
            .replace("{samples}", Integer.toString(DeadLetterPatterns.SAMPLES_MAX));
    return runner.list(conditions.into(text), Pattern::of).map(DeadLetterReport::patterns);
  }

  /** A row of one of the kinds. */
  private record Pattern(
      long kind,
      @Nullable String name,
      long number,
      @Nullable Instant first,
      @Nullable Instant last,
      @Nullable Json samples) {

    static Pattern of(Columns row) {
      return new Pattern(
          row.number(0),
          row.textOrNull(1),
          row.number(2),
          row.timeOrNull(3),
          row.timeOrNull(4),
          row.jsonOrNull(5));
    }

    String label() {
      return Objects.requireNonNull(name);
    }

    Instant start() {
      return Objects.requireNonNull(first);
    }

    Group group() {
      List<DeadLetterKey> keys =
          JsonFields.elements(Objects.requireNonNull(samples)).stream().map(Pattern::key).toList();
      return new Group(label(), number, start(), Objects.requireNonNull(last), keys);
    }

    private static DeadLetterKey key(Json sample) {
      JsonFields fields = JsonFields.of(sample);
      return new DeadLetterKey(new JobId(fields.text("job")), new ItemId(fields.text("item")));
    }
  }

  /** The rows of each kind come in their order; the hours the newest first. */
  private static DeadLetterPatterns patterns(List<Pattern> rows) {
    return new DeadLetterPatterns(
        rows.stream().filter(row -> row.kind() == 0).mapToLong(Pattern::number).sum(),
        rows.stream().filter(row -> row.kind() == 1).map(Pattern::group).toList(),
        rows.stream()
            .filter(row -> row.kind() == 2)
            .map(row -> new TypeCount(row.label(), row.number()))
            .toList(),
        rows.stream()
            .filter(row -> row.kind() == 3)
            .map(row -> new HourCount(row.start(), row.number()))
            .sorted(Comparator.comparing(HourCount::hour))
            .toList());
  }
}
