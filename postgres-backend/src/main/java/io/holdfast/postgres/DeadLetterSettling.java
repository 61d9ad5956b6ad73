package io.holdfast.postgres;

import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimBatch;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How claims on dead letters end: a batch is one statement, which tells what was lost. */
record DeadLetterSettling(SqlRunner runner, SchemaName schema) {

  /** The state first, as everywhere: whoever has its row has the letter. */
  private static final String DONE =
      """
      WITH wanted AS MATERIALIZED (
        SELECT job_id, item_id, token
        FROM unnest($1::text[], $2::text[], $3::bigint[]) AS w (job_id, item_id, token)
      ), gone AS (
        DELETE FROM {schema}.dead_letter_states s
        USING wanted w
        WHERE s.job_id = w.job_id AND s.item_id = w.item_id AND s.token = w.token
          AND s.owner IS NOT NULL
        RETURNING s.job_id, s.item_id
      ), letters AS (
        DELETE FROM {schema}.dead_letters l
        USING gone g
        WHERE l.job_id = g.job_id AND l.item_id = g.item_id
      )
      SELECT w.job_id, w.item_id
      FROM wanted w
      WHERE NOT EXISTS (
        SELECT FROM gone g WHERE g.job_id = w.job_id AND g.item_id = w.item_id)
      """;

  /**
   * What is given back as it was keeps its place in the line, and nothing that is indexed changes.
   */
  private static final String ANY =
      """
      WITH wanted AS MATERIALIZED (
        SELECT job_id, item_id, token, outcome, delay, nullif(failure, '')::jsonb AS failure, signature
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[],
          $7::text[]) AS w (job_id, item_id, token, outcome, delay, failure, signature)
      ), gone AS (
        DELETE FROM {schema}.dead_letter_states s
        USING wanted w
        WHERE s.job_id = w.job_id AND s.item_id = w.item_id AND s.token = w.token
          AND s.owner IS NOT NULL AND w.outcome = 0
        RETURNING s.job_id, s.item_id
      ), letters AS (
        DELETE FROM {schema}.dead_letters l
        USING gone g
        WHERE l.job_id = g.job_id AND l.item_id = g.item_id
      ), kept AS (
        UPDATE {schema}.dead_letter_states s
        SET owner = NULL, leased_until = NULL, eligible = w.outcome <> 2,
          updated_at = greatest(statement_timestamp(), s.updated_at),
          due_at = CASE w.outcome WHEN 3 THEN s.due_at
            ELSE statement_timestamp() + w.delay * interval '1 microsecond' END
        FROM wanted w
        WHERE s.job_id = w.job_id AND s.item_id = w.item_id AND s.token = w.token
          AND s.owner IS NOT NULL AND w.outcome <> 0
        RETURNING s.job_id, s.item_id
      ), failed AS (
        UPDATE {schema}.dead_letters l
        SET failures = l.failures || jsonb_build_array(w.failure), signature = w.signature
        FROM wanted w
        JOIN kept k ON k.job_id = w.job_id AND k.item_id = w.item_id
        WHERE l.job_id = w.job_id AND l.item_id = w.item_id AND w.failure IS NOT NULL
          AND NOT l.failures @> jsonb_build_array(
            jsonb_build_object('attempt', w.failure -> 'attempt'))
      )
      SELECT w.job_id, w.item_id
      FROM wanted w
      WHERE NOT EXISTS (
        SELECT FROM gone g WHERE g.job_id = w.job_id AND g.item_id = w.item_id)
        AND NOT EXISTS (
          SELECT FROM kept k WHERE k.job_id = w.job_id AND k.item_id = w.item_id)
      """;

  /**
   * Which were settled in the same way before. A statement of its own: it may have waited for who
   * did that, and did not see it.
   */
  private static final String REPEATED =
      """
      SELECT s.job_id, s.item_id
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
        AS w (job_id, item_id, token, failure)
      JOIN {schema}.dead_letter_states s
        ON s.job_id = w.job_id AND s.item_id = w.item_id AND s.token = w.token
      JOIN {schema}.dead_letters l ON l.job_id = w.job_id AND l.item_id = w.item_id
      WHERE s.owner IS NULL
        AND (w.failure = '' OR l.failures @> jsonb_build_array(
          jsonb_build_object('attempt', w.failure::jsonb -> 'attempt')))
      """;

  Flux<Settled> settle(List<Settlement> settlements) {
    List<Settlement> batch = ClaimBatch.ofSettlements(settlements);
    if (batch.isEmpty()) {
      return Flux.empty();
    }
    return runner
        .list(statement(batch), DeadLetterRows::key)
        .flatMap(missed -> lost(batch, new HashSet<>(missed)))
        .flatMapIterable(lost -> verdicts(batch, lost));
  }

  private Mono<Set<DeadLetterKey>> lost(List<Settlement> batch, Set<DeadLetterKey> missed) {
    List<Settlement> again =
        batch.stream()
            .filter(settlement -> missed.contains(settlement.claim().key()))
            .filter(settlement -> !(settlement.outcome() instanceof Outcome.Done))
            .toList();
    if (again.isEmpty()) {
      return Mono.just(missed);
    }
    List<Claim> claims = again.stream().map(Settlement::claim).toList();
    List<DeadLetterKey> keys = claims.stream().map(Claim::key).toList();
    Sql sql =
        Sql.of(
            schema.in(REPEATED),
            DeadLetterConditions.jobs(keys),
            DeadLetterConditions.items(keys),
            tokens(claims),
            encoded(again.stream().map(Settlement::outcome).toList()));
    return runner
        .list(sql, DeadLetterRows::key)
        .map(
            repeated -> {
              repeated.forEach(missed::remove);
              return missed;
            });
  }

  private static Long[] tokens(List<Claim> claims) {
    return claims.stream().map(Claim::token).toArray(Long[]::new);
  }

  private static String[] encoded(List<Outcome> outcomes) {
    return failures(outcomes, failure -> failure.encode().toString());
  }

  private static List<Settled> verdicts(List<Settlement> batch, Set<DeadLetterKey> lost) {
    return batch.stream()
        .map(Settlement::claim)
        .map(claim -> new Settled(claim, !lost.contains(claim.key())))
        .toList();
  }

  private Sql statement(List<Settlement> batch) {
    List<Settlement> ordered = ClaimOrder.sorted(batch, settlement -> settlement.claim().key());
    List<Claim> claims = ordered.stream().map(Settlement::claim).toList();
    List<DeadLetterKey> keys = claims.stream().map(Claim::key).toList();
    List<Object> arguments = new ArrayList<>();
    arguments.add(DeadLetterConditions.jobs(keys));
    arguments.add(DeadLetterConditions.items(keys));
    arguments.add(tokens(claims));
    List<Outcome> outcomes = ordered.stream().map(Settlement::outcome).toList();
    if (outcomes.stream().allMatch(Outcome.Done.class::isInstance)) {
      return new Sql(schema.in(DONE), arguments);
    }
    arguments.add(outcomes.stream().map(DeadLetterSettling::number).toArray(Long[]::new));
    arguments.add(outcomes.stream().map(DeadLetterSettling::delay).toArray(Long[]::new));
    arguments.add(encoded(outcomes));
    arguments.add(failures(outcomes, Failure::signature));
    return new Sql(schema.in(ANY), arguments);
  }

  private static long number(Outcome outcome) {
    if (outcome instanceof Outcome.Done) {
      return 0;
    }
    if (outcome instanceof Outcome.Retry) {
      return 1;
    }
    return outcome instanceof Outcome.GiveUp ? 2 : 3;
  }

  private static long delay(Outcome outcome) {
    Duration delay = outcome instanceof Outcome.Retry retry ? retry.delay() : Duration.ZERO;
    return delay.toNanos() / 1_000;
  }

  private static String[] failures(List<Outcome> outcomes, Function<Failure, String> part) {
    return outcomes.stream()
        .map(DeadLetterSettling::failure)
        .map(failure -> failure == null ? "" : part.apply(failure))
        .toArray(String[]::new);
  }

  private static @Nullable Failure failure(Outcome outcome) {
    if (outcome instanceof Outcome.Retry retry) {
      return retry.failure();
    }
    return outcome instanceof Outcome.GiveUp giveUp ? giveUp.failure() : null;
  }
}
