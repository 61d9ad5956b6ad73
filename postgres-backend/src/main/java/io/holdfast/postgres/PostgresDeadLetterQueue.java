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
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Dead letters as rows. */
final class PostgresDeadLetterQueue implements DeadLetterQueue {

  /** A failure whose attempt is already in the history is a repeated report. */
  private static final String ADD =
      """
      INSERT INTO {schema}.dead_letters AS d (job_id, item_id, eligible, available_at, token,
        signature, failures, data, created_at, updated_at)
      VALUES ($1, $2, true, statement_timestamp(), 0, $3, $4, $5, statement_timestamp(), statement_timestamp())
      ON CONFLICT (job_id, item_id) DO UPDATE
      SET failures = CASE
            WHEN d.failures @> $6
            THEN d.failures ELSE d.failures || excluded.failures END,
          signature = CASE
            WHEN d.failures @> $6
            THEN d.signature ELSE excluded.signature END,
          updated_at = greatest(excluded.updated_at, d.updated_at)
      RETURNING {columns}
      """;

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.dead_letters
      WHERE job_id = $1 AND item_id = $2
      """;

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.dead_letters
      WHERE {conditions}
      ORDER BY job_id, item_id
      LIMIT {limit}
      """;

  /** Materialized: otherwise the planner may run the limited subquery again and claim too many. */
  private static final String CLAIM =
      """
      WITH due AS MATERIALIZED (
        SELECT job_id, item_id, available_at
        FROM {schema}.dead_letters
        WHERE eligible AND available_at <= statement_timestamp() AND ($4::text IS NULL OR job_id = $4)
        ORDER BY available_at
        LIMIT $3
        FOR UPDATE SKIP LOCKED
      ), claimed AS (
        UPDATE {schema}.dead_letters d
        SET token = nextval('{schema}.dead_letter_token'), owner = $1, updated_at = greatest(statement_timestamp(), d.updated_at),
          available_at = statement_timestamp() + $2::bigint * interval '1 microsecond'
        FROM due
        WHERE d.job_id = due.job_id AND d.item_id = due.item_id
        RETURNING {d.columns}, due.available_at AS due_at
      )
      SELECT {columns}
      FROM claimed
      ORDER BY due_at, job_id, item_id
      """;

  private static final String DONE =
      """
      DELETE FROM {schema}.dead_letters
      WHERE job_id = $1 AND item_id = $2 AND token = $3
      """;

  private static final String GIVE_BACK =
      """
      UPDATE {schema}.dead_letters d
      SET owner = NULL, eligible = $4, updated_at = greatest(statement_timestamp(), d.updated_at),
        available_at = statement_timestamp() + $5::bigint * interval '1 microsecond',
        failures = CASE WHEN $6::jsonb IS NULL OR d.failures @> jsonb_build_array(
            jsonb_build_object('attempt', $6::jsonb -> 'attempt')) THEN d.failures
          ELSE d.failures || jsonb_build_array($6::jsonb) END,
        signature = coalesce($7, d.signature)
      WHERE job_id = $1 AND item_id = $2 AND token = $3
      """;

  private static final String DELETE =
      """
      DELETE FROM {schema}.dead_letters
      WHERE job_id = $1 AND item_id = $2
      """;

  private static final String PURGE =
      """
      DELETE FROM {schema}.dead_letters
      WHERE created_at < statement_timestamp() - $1::bigint * interval '1 second'
      """;

  private static final String STATS =
      """
      SELECT jsonb_array_length(failures)::bigint, count(*), count(*) FILTER (WHERE eligible),
        min(created_at), max(created_at)
      FROM {schema}.dead_letters
      WHERE job_id = $1
      GROUP BY 1
      """;

  private final SqlRunner runner;
  private final SchemaName schema;

  PostgresDeadLetterQueue(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
  }

  private String sql(String text) {
    return schema
        .in(text)
        .replace("{columns}", DeadLetterRows.COLUMNS)
        .replace("{d.columns}", "d." + DeadLetterRows.COLUMNS.replace(", ", ", d."));
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
    Conditions conditions =
        new Conditions()
            .andIfPresent("job_id = %s", filter.job() == null ? null : filter.job().value())
            .andIfPresent("eligible = %s", filter.eligible())
            .andIfPresent("signature = %s", filter.signature())
            .within("created_at", filter.created());
    DeadLetterKey after = filter.after();
    if (after != null) {
      conditions
          .and("(job_id, item_id) > (%s", after.job().value())
          .with(", %s)", after.item().value());
    }
    return runner
        .list(conditions.limited(sql(LIST), filter.limit()), DeadLetterRows::letter)
        .flatMapIterable(letters -> letters);
  }

  @Override
  public Flux<ClaimedLetter> claim(ClaimRequest request) {
    JobId job = request.job();
    Sql sql =
        Sql.of(
            sql(CLAIM),
            request.owner(),
            micros(request.leaseDuration()),
            request.limit(),
            Sql.text(job == null ? null : job.value()));
    return runner.list(sql, DeadLetterRows::claimed).flatMapIterable(claimed -> claimed);
  }

  @Override
  public Mono<Void> settle(Claim claim, Outcome outcome) {
    return runner
        .write(settlement(claim, outcome))
        .flatMap(rows -> rows == 1 ? Mono.empty() : Mono.error(DeadLetterRows.lost(claim)));
  }

  private Sql settlement(Claim claim, Outcome outcome) {
    if (outcome instanceof Outcome.Retry retry) {
      return giveBack(claim, true, retry.delay(), retry.failure());
    }
    if (outcome instanceof Outcome.GiveUp giveUp) {
      return giveBack(claim, false, Duration.ZERO, giveUp.failure());
    }
    if (outcome instanceof Outcome.Release) {
      return giveBack(claim, true, Duration.ZERO, null);
    }
    Objects.requireNonNull(outcome, "outcome");
    DeadLetterKey key = claim.key();
    return Sql.of(sql(DONE), key.job().value(), key.item().value(), claim.token());
  }

  private Sql giveBack(Claim claim, boolean eligible, Duration delay, @Nullable Failure failure) {
    return Sql.of(
        sql(GIVE_BACK),
        claim.key().job().value(),
        claim.key().item().value(),
        claim.token(),
        eligible,
        micros(delay),
        Sql.jsonOrNull(failure == null ? null : failure.encode()),
        Sql.text(failure == null ? null : failure.signature()));
  }

  @Override
  public Mono<Void> delete(DeadLetterKey key) {
    return runner.write(Sql.of(sql(DELETE), key.job().value(), key.item().value())).then();
  }

  @Override
  public Mono<Long> purge(Duration age) {
    if (age.isNegative()) {
      throw new InvalidInputException("age", "must not be negative, was " + age);
    }
    // Nothing is older than the earliest time that can be kept.
    long seconds = Math.min(age.toSeconds(), Duration.ofDays(150_000).toSeconds());
    return runner.write(Sql.of(sql(PURGE), seconds));
  }

  @Override
  public Mono<DeadLetterStats> stats(JobId job) {
    return runner
        .list(Sql.of(sql(STATS), job.value()), DeadLetterRows::group)
        .map(PostgresDeadLetterQueue::total);
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

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
