package io.holdfast.postgres;

import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimBatch;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;

/** How claims on dead letters begin, and go on. */
record DeadLetterClaiming(SqlRunner runner, SqlRunner renewals, SchemaName schema) {

  /**
   * Materialized: otherwise the planner may run the limited subquery again and claim too many. The
   * limit is part of the text, so that the planner knows how few rows come.
   */
  private static final String CLAIM =
      """
      WITH due AS MATERIALIZED (
        SELECT s.job_id, s.item_id
        FROM {schema}.dead_letter_states s
        {letters}
        WHERE s.eligible AND s.due_at <= statement_timestamp()
          AND (s.leased_until IS NULL OR s.leased_until <= statement_timestamp())
          AND {conditions}
        ORDER BY s.due_at
        LIMIT {limit}
        FOR UPDATE OF s SKIP LOCKED
      ), claimed AS (
        UPDATE {schema}.dead_letter_states s
        SET token = nextval('{schema}.dead_letter_claim_token'), owner = {owner},
          updated_at = greatest(statement_timestamp(), s.updated_at),
          leased_until = statement_timestamp() + {lease}::bigint * interval '1 microsecond'
        FROM due d
        WHERE s.job_id = d.job_id AND s.item_id = d.item_id
        RETURNING s.job_id, s.item_id, s.eligible, s.due_at, s.leased_until, s.token, s.owner,
          s.updated_at
      )
      SELECT {columns}
      FROM claimed s
      JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id
      ORDER BY s.due_at, s.job_id, s.item_id
      """;

  private static final String LETTERS =
      "JOIN {schema}.dead_letters l ON l.job_id = s.job_id AND l.item_id = s.item_id";

  private static final String RENEW =
      """
      UPDATE {schema}.dead_letter_states s
      SET leased_until = statement_timestamp() + $4::bigint * interval '1 microsecond',
        updated_at = greatest(statement_timestamp(), s.updated_at)
      FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w (job_id, item_id, token)
      WHERE s.job_id = w.job_id AND s.item_id = w.item_id AND s.token = w.token
        AND s.owner IS NOT NULL
      RETURNING s.job_id, s.item_id, s.token, s.owner, s.leased_until
      """;

  Flux<ClaimedLetter> claim(ClaimRequest request) {
    DeadLetterFilter filter = request.filter();
    String letters = DeadLetterConditions.isAboutLetters(filter) ? LETTERS : "";
    Conditions conditions = DeadLetterConditions.of(filter);
    String text =
        schema
            .in(CLAIM.replace("{letters}", letters))
            .replace("{columns}", DeadLetterRows.COLUMNS)
            .replace("{limit}", Integer.toString(request.limit()))
            .replace("{owner}", conditions.bind(request.owner()))
            .replace("{lease}", conditions.bind(micros(request.leaseDuration())));
    return runner
        .list(conditions.into(text), DeadLetterRows::claimed)
        .flatMapIterable(claimed -> claimed);
  }

  Flux<Claim> renew(List<Claim> claims, Duration duration) {
    List<Claim> batch = ClaimBatch.ofClaims(claims);
    LeaseDuration.check(duration);
    if (batch.isEmpty()) {
      return Flux.empty();
    }
    List<Claim> ordered = ClaimOrder.sorted(batch, Claim::key);
    List<DeadLetterKey> keys = ordered.stream().map(Claim::key).toList();
    Sql sql =
        Sql.of(
            schema.in(RENEW),
            DeadLetterConditions.jobs(keys),
            DeadLetterConditions.items(keys),
            ordered.stream().map(Claim::token).toArray(Long[]::new),
            micros(duration));
    return renewals.list(sql, DeadLetterRows::claim).flatMapIterable(held -> asAsked(batch, held));
  }

  private static List<Claim> asAsked(List<Claim> asked, List<Claim> held) {
    Map<DeadLetterKey, Claim> byKey =
        held.stream().collect(Collectors.toMap(Claim::key, Function.identity()));
    return asked.stream().map(claim -> byKey.get(claim.key())).filter(Objects::nonNull).toList();
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
