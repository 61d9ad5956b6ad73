package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Appends a chain of batches in one statement, all of them or none: a round trip and, outside a
 * transaction, one commit. It decides by itself whether one is a repeat, or in conflict, and then
 * writes nothing, so that a conflict does not spoil a transaction around it.
 */
final class AppendStatement {

  /**
   * Each head is locked before it is judged, so its version is the newest one, not the snapshot's,
   * and in the order of their names, whatever the chain's. The floor lock is taken only when the
   * verdict is good, and every position is drawn from a row that depends on it: see {@link
   * Horizon}. The list of events is a subselect because a position must be drawn after the sort.
   *
   * <p>Planned once for any values, on a table that may have been empty then. So nothing is joined
   * by anything but an index that the condition leads to, or by its place in an array.
   */
  private static final String APPEND =
      """
      WITH part AS MATERIALIZED (
        SELECT job_id, expected, events, ord
        FROM unnest($1::text[], $2::bigint[], $3::bigint[])
          WITH ORDINALITY AS p (job_id, expected, events, ord)
        WHERE NOT EXISTS (
          SELECT
          FROM unnest($4::text[], $5::text[]) AS b (job_id, batch_id)
          WHERE (
            SELECT true
            FROM {schema}.event_batches k
            WHERE k.batch_id = b.batch_id AND k.job_id = b.job_id
            LIMIT 1
          )
        )
        ORDER BY job_id COLLATE "C"
      ), found AS MATERIALIZED (
        SELECT p.job_id, p.events, p.ord, coalesce(h.version, 0) AS version,
          h.version IS NULL AS is_new, h.version IS NULL AND {there} AS is_held,
          p.expected < 0 OR p.expected = coalesce(h.version, 0) AS is_met
        FROM part p
        LEFT JOIN LATERAL (
          SELECT version
          FROM {schema}.job_heads h
          WHERE h.job_id = p.job_id
          FOR UPDATE {wait}
        ) h ON true
      ), before AS MATERIALIZED (
        SELECT array_agg(version ORDER BY ord) AS versions,
          bool_and(is_met AND NOT is_held) AS is_good, bool_or(is_held) AS is_held
        FROM found
      ), floor AS MATERIALIZED (
        {floor}
        WHERE (SELECT is_good FROM before)
      ), moved AS (
        UPDATE {schema}.job_heads h
        SET version = h.version + f.events
        FROM found f, floor
        WHERE h.job_id = f.job_id AND h.job_id = ANY($1::text[])
        RETURNING h.job_id
      ), made AS (
        INSERT INTO {schema}.job_heads (job_id, version, born)
        SELECT f.job_id, f.events, floor.position - 1
        FROM found f, floor
        WHERE f.is_new
        RETURNING job_id
      ), noted AS (
        INSERT INTO {schema}.event_batches (job_id, batch_id, versions)
        SELECT b.job_id, b.batch_id, ARRAY(
          SELECT (SELECT versions FROM before)[p.job] + p.past
          FROM unnest($6::integer[], $7::integer[], $8::bigint[])
            WITH ORDINALITY AS p (batch, job, past, ord)
          WHERE p.batch = b.ord
          ORDER BY p.ord)
        FROM floor, unnest($4::text[], $5::text[])
          WITH ORDINALITY AS b (job_id, batch_id, ord)
        RETURNING job_id
      ), written AS (
        INSERT INTO {schema}.events (position, version, created_at, job_id, event_type, event_id,
          correlation_id, agent_id, data)
        SELECT nextval('{schema}.event_position'), s.version, s.created_at, s.job_id,
          s.event_type, s.event_id, s.correlation_id, s.agent_id, s.data
        FROM (
          SELECT (SELECT versions FROM before)[e.job] + e.nth AS version,
            coalesce(e.created_at, now()) AS created_at, e.job_id, e.event_type, e.event_id,
            e.correlation_id, e.agent_id, e.data
          FROM floor, ROWS FROM (
            unnest($9::text[]), unnest($10::integer[]), unnest($11::bigint[]),
            unnest($12::timestamptz[]), unnest($13::text[]), unnest($14::text[]),
            unnest($15::text[]), unnest($16::text[]), jsonb_array_elements($17)
          ) WITH ORDINALITY AS e (job_id, job, nth, created_at, event_type, event_id,
            correlation_id, agent_id, data, ord)
          ORDER BY e.ord
        ) s
        RETURNING position, created_at
      ), {note}
      SELECT versions::text, is_good, is_held,
        (SELECT array_agg(position ORDER BY position) FROM written)::text,
        (extract(epoch FROM now() - '2000-01-01 00:00:00+00') * 1000000)::bigint
      FROM before
      """;

  /** True for a head that is there. */
  static final String IS_THERE =
      """
      (SELECT true FROM {schema}.job_heads x WHERE x.job_id = p.job_id LIMIT 1) IS NOT NULL""";

  private final String waiting;
  private final String passing;

  AppendStatement(SchemaName schema, int tag) {
    String text =
        APPEND.replace("{note}", PositionMonths.NOTE_WRITTEN).replace("{there}", IS_THERE);
    this.waiting =
        schema.in(text.replace("{floor}", Horizon.takeFloorOnce(tag)).replace("{wait}", ""));
    this.passing =
        schema.in(
            text.replace("{floor}", Horizon.takeFloorInPassing(tag))
                .replace("{wait}", "SKIP LOCKED"));
  }

  /** What the statement says. */
  sealed interface Answer {}

  /** All is written, to these positions, after these versions of the jobs, at this time. */
  record Written(Numbers versions, Numbers positions, Instant now) implements Answer {}

  /** One of the batches was appended before. */
  record Known() implements Answer {}

  /** Another transaction holds a head. */
  record Held() implements Answer {}

  /** The jobs are at these versions, and not all where they should be. */
  record Refused(Numbers versions) implements Answer {}

  /** Waits for whoever holds one of the heads. */
  Mono<Answer> run(SqlRunner runner, Chain chain) {
    return run(waiting, runner, chain);
  }

  /** Waits for nobody for more than a moment: fails with {@link WouldWait} then. */
  Mono<Answer> runInPassing(SqlRunner runner, Chain chain) {
    return run(passing, runner, chain).onErrorMap(SqlErrors::isLockTimeout, WouldWait::new);
  }

  private static Mono<Answer> run(String sql, SqlRunner runner, Chain chain) {
    return runner.list(statement(sql, chain), AppendStatement::answer).map(rows -> rows.get(0));
  }

  private static Answer answer(Columns row) {
    if (row.isNull(0)) {
      return new Known();
    }
    if (row.flag(2)) {
      return new Held();
    }
    return row.flag(1)
        ? new Written(row.numbers(0), row.numbers(3), CopyRow.time(row.number(4)))
        : new Refused(row.numbers(0));
  }

  private static Sql statement(String text, Chain chain) {
    List<Chain.Link> links = chain.links();
    List<EventBatch> batches = chain.batches();
    List<Chain.Part> parts = chain.parts();
    List<Object> arguments = new ArrayList<>(17);
    arguments.add(AskedGroup.names(links, link -> link.job().value()));
    arguments.add(links.stream().map(Chain.Link::expected).toArray(Long[]::new));
    arguments.add(links.stream().map(Chain.Link::events).toArray(Long[]::new));
    arguments.add(AskedGroup.names(batches, AskedGroup::firstJob));
    arguments.add(AskedGroup.names(batches, batch -> batch.id().value()));
    arguments.add(parts.stream().map(Chain.Part::batch).toArray(Integer[]::new));
    arguments.add(parts.stream().map(part -> part.link().number()).toArray(Integer[]::new));
    arguments.add(parts.stream().map(Chain.Part::past).toArray(Long[]::new));
    new Rows(parts).addTo(arguments);
    return new Sql(text, arguments);
  }

  /** The events of all parts, column by column. */
  private static final class Rows {

    private final String[] jobs;
    private final Integer[] numbers;
    private final Long[] nth;
    private final @Nullable Instant[] times;
    private final String[] types;
    private final @Nullable String[] ids;
    private final @Nullable String[] correlations;
    private final @Nullable String[] agents;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(512);
    private int size;

    Rows(List<Chain.Part> parts) {
      int count = parts.stream().mapToInt(part -> part.events().events().size()).sum();
      jobs = new String[count];
      numbers = new Integer[count];
      nth = new Long[count];
      times = new Instant[count];
      types = new String[count];
      ids = new String[count];
      correlations = new String[count];
      agents = new String[count];
      data.write('[');
      parts.forEach(this::add);
      data.write(']');
    }

    private void add(Chain.Part part) {
      long past = part.past();
      for (Event event : part.events().events()) {
        jobs[size] = part.link().job().value();
        numbers[size] = part.link().number();
        nth[size] = ++past;
        times[size] = event.createdAt();
        types[size] = event.type();
        ids[size] = event.origin().id();
        correlations[size] = event.origin().correlationId();
        agents[size] = event.origin().agentId();
        if (size > 0) {
          data.write(',');
        }
        data.writeBytes(event.data().utf8());
        size++;
      }
    }

    /** All data as one JSON array: the driver has none of JSON, and text[] escapes each quote. */
    void addTo(List<Object> arguments) {
      arguments.addAll(List.of(jobs, numbers, nth, times, types, ids, correlations, agents));
      arguments.add(Sql.json(Json.ofStored(data.toByteArray())));
    }
  }
}
