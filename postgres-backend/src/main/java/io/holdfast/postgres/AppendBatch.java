package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Appends one batch in one statement: a round trip and, outside a transaction, one commit. It
 * decides by itself whether the batch is a repeat, or in conflict, and then writes nothing, so that
 * a conflict does not spoil a transaction around it.
 */
final class AppendBatch {

  /**
   * The heads are locked before they are judged, so the version is the newest one, not the
   * snapshot's. The floor lock is taken only when the verdict is good, and every position is drawn
   * from a row that depends on it: see {@link Horizon}. The list of events is a subselect because a
   * position must be drawn after the sort.
   */
  private static final String APPEND =
      """
      WITH part AS MATERIALIZED (
        SELECT job_id, expected, events, ord
        FROM unnest($1::text[], $2::bigint[], $3::integer[])
          WITH ORDINALITY AS p (job_id, expected, events, ord)
      ), known AS MATERIALIZED (
        SELECT versions
        FROM {schema}.event_batches
        WHERE job_id = ($1::text[])[1] AND batch_id = $4
      ), head AS MATERIALIZED (
        SELECT job_id, version
        FROM {schema}.job_heads
        WHERE job_id = ANY($1::text[]) AND NOT EXISTS (SELECT FROM known)
        ORDER BY job_id
        FOR UPDATE {wait}
      ), found AS MATERIALIZED (
        SELECT p.job_id, p.expected, p.events, p.ord, h.version,
          h.job_id IS NULL AND {held} AS is_held
        FROM part p
        LEFT JOIN head h ON h.job_id = p.job_id
      ), verdict AS MATERIALIZED (
        SELECT job_id, events, ord, coalesce(version, 0) AS version, version IS NULL AS is_new,
          is_held, NOT is_held AND (expected < 0 OR expected = coalesce(version, 0)) AS is_met
        FROM found
      ), floor AS MATERIALIZED (
        {floor}
        WHERE NOT EXISTS (SELECT FROM known) AND (SELECT bool_and(is_met) FROM verdict)
      ), moved AS (
        UPDATE {schema}.job_heads h
        SET version = h.version + v.events
        FROM verdict v, floor
        WHERE h.job_id = v.job_id
        RETURNING h.job_id
      ), made AS (
        INSERT INTO {schema}.job_heads (job_id, version, born)
        SELECT v.job_id, v.events, floor.position - 1
        FROM verdict v, floor
        WHERE v.is_new
        ORDER BY v.job_id COLLATE "C"
        RETURNING job_id
      ), noted AS (
        INSERT INTO {schema}.event_batches (job_id, batch_id, versions)
        SELECT ($1::text[])[1], $4, (SELECT array_agg(version ORDER BY ord) FROM verdict)
        FROM floor
        RETURNING job_id
      ), written AS (
        INSERT INTO {schema}.events (position, version, created_at, job_id, event_type, event_id,
          correlation_id, agent_id, data)
        SELECT nextval('{schema}.event_position'), s.version, coalesce(s.created_at, now()),
          s.job_id, s.event_type, s.event_id, s.correlation_id, s.agent_id, s.data
        FROM (
          SELECT v.job_id, v.version + e.nth AS version, e.created_at, e.event_type, e.event_id,
            e.correlation_id, e.agent_id, e.data
          FROM ROWS FROM (
            unnest($5::integer[]), unnest($6::integer[]), unnest($7::timestamptz[]),
            unnest($8::text[]), unnest($9::text[]), unnest($10::text[]), unnest($11::text[]),
            jsonb_array_elements($12)
          ) WITH ORDINALITY
            AS e (part, nth, created_at, event_type, event_id, correlation_id, agent_id, data, ord)
          JOIN verdict v ON v.ord = e.part
          CROSS JOIN floor
          ORDER BY e.ord
        ) s
        RETURNING position, version, job_id, created_at
      ), {note}
      SELECT 'appended', job_id, version, position FROM written
      UNION ALL
      SELECT CASE WHEN is_held THEN 'held' ELSE 'refused' END, job_id, version, ord
      FROM verdict
      WHERE NOT is_met AND NOT EXISTS (SELECT FROM known)
      UNION ALL
      SELECT 'known', ($1::text[])[k.part::integer], k.version, k.part
      FROM known, unnest(known.versions) WITH ORDINALITY AS k (version, part)
      ORDER BY 4
      """;

  private static final String FIND_BATCH =
      """
      SELECT 'known', $1, k.version, k.part
      FROM {schema}.event_batches b, unnest(b.versions) WITH ORDINALITY AS k (version, part)
      WHERE b.job_id = $1 AND b.batch_id = $2
      ORDER BY 4
      """;

  private static final String FIND_EVENTS =
      """
      SELECT version, position
      FROM {schema}.events
      WHERE job_id = $1 AND version > $2 AND version <= $3
      ORDER BY version
      """;

  /** Heads that another transaction holds are passed over, if nobody is to wait for them. */
  static final String PASS_OVER = "SKIP LOCKED";

  /** True for a head that is there. */
  static final String IS_THERE =
      """
      (SELECT true FROM {schema}.job_heads x WHERE x.job_id = p.job_id LIMIT 1) IS NOT NULL""";

  private final String append;
  private final String appendIfFree;
  private final String findBatch;
  private final String findEvents;

  AppendBatch(SchemaName schema, int tag) {
    String text =
        APPEND
            .replace("{floor}", Horizon.takeFloor(tag))
            .replace("{note}", PositionMonths.NOTE_WRITTEN)
            .replace("{held}", IS_THERE);
    this.append = schema.in(text.replace("{wait}", ""));
    this.appendIfFree = schema.in(text.replace("{wait}", PASS_OVER));
    this.findBatch = schema.in(FIND_BATCH);
    this.findEvents = schema.in(FIND_EVENTS);
  }

  /**
   * One row of the statement's answer: a job with a version, and a position or the part's number.
   */
  private record Answer(String kind, String job, long version, long number) {

    static Answer of(Columns row) {
      return new Answer(row.text(0), row.text(1), row.number(2), row.number(3));
    }
  }

  /** Waits for whoever holds one of the heads. */
  Mono<AppendResult> run(SqlRunner runner, EventBatch batch) {
    return runner.list(statement(append, batch), Answer::of).flatMap(of(runner, batch));
  }

  /** Waits for nobody: empty, and nothing is written, while another holds one of the heads. */
  Mono<AppendResult> runIfFree(SqlRunner runner, EventBatch batch) {
    return runner
        .list(statement(appendIfFree, batch), Answer::of)
        .filter(answers -> answers.stream().noneMatch(answer -> answer.kind().equals("held")))
        .flatMap(of(runner, batch));
  }

  private Function<List<Answer>, Mono<AppendResult>> of(SqlRunner runner, EventBatch batch) {
    return answers ->
        switch (answers.get(0).kind()) {
          case "appended" -> Mono.just(appended(answers));
          case "known" -> recall(runner, batch, answers);
          default -> refused(runner, batch, answers);
        };
  }

  private static AppendResult appended(List<Answer> answers) {
    return new AppendResult(
        answers.stream()
            .map(a -> new Appended(new JobId(a.job()), a.version(), Positions.of(a.number())))
            .toList(),
        false);
  }

  /**
   * A refusal may be the echo of the same batch, committed after our snapshot was taken: look
   * again.
   */
  private Mono<AppendResult> refused(SqlRunner runner, EventBatch batch, List<Answer> answers) {
    return find(runner, batch).switchIfEmpty(Mono.error(() -> conflict(batch, answers.get(0))));
  }

  /** The first result of a batch that was appended before; empty if it was not. */
  Mono<AppendResult> find(SqlRunner runner, EventBatch batch) {
    return runner
        .list(Sql.of(findBatch, firstJob(batch), batch.id().value()), Answer::of)
        .flatMap(known -> known.isEmpty() ? Mono.empty() : recall(runner, batch, known));
  }

  private static ConflictException conflict(EventBatch batch, Answer answer) {
    JobEvents part = batch.parts().get((int) answer.number() - 1);
    return ConflictException.ofVersion(
        "Job", answer.job(), GroupVerdict.expected(part.expected()), answer.version());
  }

  /** The first result again, read back from where the batch went. */
  private Mono<AppendResult> recall(SqlRunner runner, EventBatch batch, List<Answer> known) {
    if (known.size() != batch.parts().size()) {
      return Mono.error(
          () -> new ConflictException("Batch", batch.id().value(), "unused", "another batch"));
    }
    return Flux.range(0, known.size())
        .concatMap(i -> recallPart(runner, batch.parts().get(i), known.get(i).version()))
        .collectList()
        .map(events -> new AppendResult(events, true));
  }

  private Flux<Appended> recallPart(SqlRunner runner, JobEvents part, long before) {
    Sql sql = Sql.of(findEvents, part.job().value(), before, before + part.events().size());
    return runner
        .list(sql, row -> new Appended(part.job(), row.number(0), Positions.of(row.number(1))))
        .flatMapIterable(rows -> rows);
  }

  private static Sql statement(String text, EventBatch batch) {
    List<JobEvents> parts = batch.parts();
    List<Event> events = new ArrayList<>(batch.size());
    List<Integer> partOf = new ArrayList<>(batch.size());
    List<Integer> nth = new ArrayList<>(batch.size());
    for (int part = 0; part < parts.size(); part++) {
      List<Event> ofPart = parts.get(part).events();
      for (int i = 0; i < ofPart.size(); i++) {
        events.add(ofPart.get(i));
        partOf.add(part + 1);
        nth.add(i + 1);
      }
    }
    return Sql.of(
        text,
        parts.stream().map(part -> part.job().value()).toArray(String[]::new),
        parts.stream().map(part -> GroupVerdict.expected(part.expected())).toArray(Long[]::new),
        parts.stream().map(part -> part.events().size()).toArray(Integer[]::new),
        batch.id().value(),
        partOf.toArray(Integer[]::new),
        nth.toArray(Integer[]::new),
        events.stream().map(Event::createdAt).toArray(java.time.Instant[]::new),
        texts(events, Event::type),
        texts(events, event -> event.origin().id()),
        texts(events, event -> event.origin().correlationId()),
        texts(events, event -> event.origin().agentId()),
        Sql.json(array(events)));
  }

  private static String firstJob(EventBatch batch) {
    return batch.parts().get(0).job().value();
  }

  private static String[] texts(
      List<Event> events, Function<Event, @org.jspecify.annotations.Nullable String> part) {
    return events.stream().map(part).toArray(String[]::new);
  }

  /** All data as one JSON array: the driver has no array of JSON, and text[] escapes each quote. */
  private static Json array(List<Event> events) {
    int size = events.stream().mapToInt(event -> event.data().sizeBytes() + 1).sum() + 2;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
    char separator = '[';
    for (Event event : events) {
      bytes.write(separator);
      bytes.writeBytes(event.data().utf8());
      separator = ',';
    }
    bytes.write(']');
    return Json.ofStored(bytes.toByteArray());
  }
}
