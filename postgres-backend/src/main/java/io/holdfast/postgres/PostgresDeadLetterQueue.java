package io.holdfast.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Dead letters as rows: how each stands, and what it says. Whatever writes to both begins with the
 * state, so that no two wait for each other.
 */
final class PostgresDeadLetterQueue implements DeadLetterQueue {

  /** A failure whose attempt is already in the history is a repeated report. */
  private static final String ADD =
      """
      WITH state AS (
        INSERT INTO {schema}.dead_letter_states AS s (job_id, item_id, eligible, due_at, token, updated_at)
        VALUES ($1, $2, true, statement_timestamp(), 0, statement_timestamp())
        ON CONFLICT (job_id, item_id) DO UPDATE
        SET updated_at = CASE
              WHEN EXISTS (
                SELECT FROM {schema}.dead_letters k
                WHERE k.job_id = s.job_id AND k.item_id = s.item_id AND k.failures @> $6::jsonb)
              THEN s.updated_at ELSE greatest(excluded.updated_at, s.updated_at) END
        RETURNING s.job_id, s.item_id, s.eligible, s.due_at, s.leased_until, s.token, s.owner,
          s.updated_at
      ), letter AS (
        INSERT INTO {schema}.dead_letters AS d (job_id, item_id, signature, failures, data, created_at)
        SELECT s.job_id, s.item_id, $3::text, $4::jsonb, $5::jsonb, statement_timestamp()
        FROM state s
        ON CONFLICT (job_id, item_id) DO UPDATE
        SET failures = CASE
              WHEN d.failures @> $6::jsonb
              THEN d.failures ELSE d.failures || excluded.failures END,
            signature = CASE
              WHEN d.failures @> $6::jsonb
              THEN d.signature ELSE excluded.signature END
        RETURNING d.job_id, d.item_id, d.data, d.failures, d.created_at
      )
      SELECT {columns}
      FROM letter l
      CROSS JOIN state s
      """;

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.dead_letter_states s
      JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
      WHERE s.job_id = $1 AND s.item_id = $2
      """;

  private static final String REDRIVE =
      """
      WITH waiting AS MATERIALIZED (
        SELECT s.job_id, s.item_id
        FROM {schema}.dead_letter_states s
        JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
        WHERE (NOT s.eligible OR s.due_at > statement_timestamp())
          AND (s.leased_until IS NULL OR s.leased_until <= statement_timestamp())
          AND {conditions}
        ORDER BY s.job_id, s.item_id
        LIMIT {limit}
        FOR UPDATE OF s, l
      )
      UPDATE {schema}.dead_letter_states s
      SET eligible = true, due_at = statement_timestamp(),
        updated_at = greatest(statement_timestamp(), s.updated_at)
      FROM waiting w
      WHERE s.job_id = w.job_id AND s.item_id = w.item_id
      """;

  static final String DELETE =
      """
      WITH gone AS (
        DELETE FROM {schema}.dead_letter_states
        WHERE job_id = $1 AND item_id = $2
        RETURNING job_id, item_id
      )
      DELETE FROM {schema}.dead_letters l
      USING gone g
      WHERE l.job_id = g.job_id AND l.item_id = g.item_id
      """;

  private static final String PURGE =
      """
      WITH chosen AS MATERIALIZED (
        SELECT s.job_id, s.item_id
        FROM {schema}.dead_letter_states s
        JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
        WHERE {conditions}
        ORDER BY s.job_id, s.item_id
        {limited}
        FOR UPDATE OF s, l
      ), gone AS (
        DELETE FROM {schema}.dead_letter_states s
        USING chosen c
        WHERE s.job_id = c.job_id AND s.item_id = c.item_id
        RETURNING s.job_id, s.item_id
      )
      DELETE FROM {schema}.dead_letters l
      USING gone g
      WHERE l.job_id = g.job_id AND l.item_id = g.item_id
      """;

  private final SqlRunner runner;
  private final SchemaName schema;
  private final DeadLetterClaiming claiming;
  private final DeadLetterSettling settling;
  private final DeadLetterReport report;

  /** {@code renewals} does not wait behind work. */
  PostgresDeadLetterQueue(SqlRunner runner, SqlRunner renewals, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.claiming = new DeadLetterClaiming(runner, renewals, schema);
    this.settling = new DeadLetterSettling(runner, schema);
    this.report = new DeadLetterReport(runner, schema);
  }

  private String sql(String text) {
    return schema.in(text).replace("{columns}", DeadLetterRows.COLUMNS);
  }

  @Override
  public Mono<DeadLetter> add(DeadLetterKey key, Json data, Failure failure) {
    Sql sql =
        Sql.of(
            sql(ADD),
            key.job().value(),
            key.item().value(),
            failure.signature(),
            Sql.json(Json.ofStored(("[" + failure.encode() + "]").getBytes(UTF_8))),
            Sql.json(data),
            Sql.json(Json.of("[{\"attempt\":" + failure.attempt() + "}]")));
    return runner.first(sql, DeadLetterRows::letter);
  }

  @Override
  public Mono<DeadLetter> find(DeadLetterKey key) {
    return runner.first(
        Sql.of(sql(FIND), key.job().value(), key.item().value()), DeadLetterRows::letter);
  }

  @Override
  public Flux<DeadLetter> list(DeadLetterFilter filter) {
    return report.list(filter);
  }

  @Override
  public Flux<DeadLetter> listNewest(DeadLetterFilter filter, @Nullable DeadLetter after) {
    return report.listNewest(filter, after);
  }

  @Override
  public Flux<JobId> jobs(@Nullable JobId after, int limit) {
    return report.jobs(after, limit);
  }

  @Override
  public Mono<DeadLetterStats> stats(JobId job) {
    return report.stats(job);
  }

  @Override
  public Mono<DeadLetterPatterns> patterns(DeadLetterFilter filter) {
    return report.patterns(filter);
  }

  @Override
  public Flux<ClaimedLetter> claim(ClaimRequest request) {
    return claiming.claim(request);
  }

  @Override
  public Flux<Claim> renew(List<Claim> claims, Duration duration) {
    return claiming.renew(claims, duration);
  }

  @Override
  public Flux<Settled> settle(List<Settlement> settlements) {
    return settling.settle(settlements);
  }

  @Override
  public Mono<Long> redrive(DeadLetterFilter filter) {
    return runner.write(DeadLetterConditions.page(filter).limited(sql(REDRIVE), filter.limit()));
  }

  @Override
  public Mono<Void> delete(DeadLetterKey key) {
    return runner.write(Sql.of(sql(DELETE), key.job().value(), key.item().value())).then();
  }

  @Override
  public Mono<Long> purge(DeadLetterFilter filter) {
    String text = sql(PURGE).replace("{limited}", "LIMIT {limit}");
    return runner.write(DeadLetterConditions.page(filter).limited(text, filter.limit()));
  }

  @Override
  public Mono<Long> purge(Duration age) {
    if (age.isNegative()) {
      throw new InvalidInputException("age", "must not be negative, was " + age);
    }
    // Nothing is older than the earliest time that can be kept.
    Duration most = Duration.ofDays(100_000);
    long micros = (age.compareTo(most) < 0 ? age : most).toNanos() / 1_000;
    Conditions old =
        new Conditions()
            .and(
                "l.created_at < statement_timestamp() - %s::bigint * interval '1 microsecond'",
                micros);
    return runner.write(old.into(sql(PURGE).replace("{limited}", "")));
  }
}
