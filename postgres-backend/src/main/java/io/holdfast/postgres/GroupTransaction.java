package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.event.EventBatch;
import io.holdfast.postgres.GroupPlan.Seen;
import io.holdfast.postgres.GroupVerdict.Answered;
import io.holdfast.postgres.GroupVerdict.Known;
import io.holdfast.postgres.GroupVerdict.Outcome;
import io.holdfast.postgres.GroupVerdict.Refused;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes any group of appends in one transaction and two round trips. The first locks the heads of
 * all jobs and draws the positions; then each append is judged here; the second moves the heads,
 * notes the batches, copies the events and commits. So one append's conflict costs the others
 * nothing, and whatever the group holds can be in one group.
 */
final class GroupTransaction {

  /** Before the heads, because who loads events with positions of their own does it so. */
  private static final String ANNOUNCE = "LOCK TABLE ONLY {schema}.events IN ROW EXCLUSIVE MODE";

  /**
   * The heads are locked in the order of their names, whatever the group's. The floor is taken
   * after that, so that waiting for a lock holds no reader back, and before the positions, which
   * depend on it: see {@link Horizon}.
   */
  private static final String LOOK =
      """
      WITH head AS MATERIALIZED (
        SELECT job_id, version
        FROM {schema}.job_heads
        WHERE job_id = ANY($1::text[])
        ORDER BY job_id
        FOR UPDATE {wait}
      ), floor AS MATERIALIZED (
        {floor}
        WHERE (SELECT count(*) FROM head) >= 0
      )
      SELECT
        (
          SELECT array_agg(
            CASE WHEN h.job_id IS NOT NULL THEN h.version WHEN {held} THEN -1 ELSE 0 END
            ORDER BY p.ord)
          FROM unnest($1::text[]) WITH ORDINALITY AS p (job_id, ord)
          LEFT JOIN head h ON h.job_id = p.job_id
        )::text,
        (
          SELECT coalesce(array_agg(nextval('{schema}.event_position')), '{}')
          FROM floor, generate_series(1, $2::integer)
        )::text,
        {known},
        (extract(epoch FROM now() - '2000-01-01 00:00:00+00') * 1000000)::bigint,
        (SELECT position - 1 FROM floor)
      """;

  /**
   * Batches are looked up one by one, by the index: a plan that was made when the table was empty
   * would read all of it. Without the limit it is a bitmap scan, which takes twenty times as long
   * to find nothing.
   */
  private static final String KNOWN_BEFORE =
      """
      (
        SELECT coalesce(array_agg(a.ord), '{}')
        FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS a (job_id, batch_id, ord)
        WHERE (
          SELECT true
          FROM {schema}.event_batches b
          WHERE b.job_id = a.job_id AND b.batch_id = a.batch_id
          LIMIT 1
        )
      )::text""";

  private static final String NONE_KNOWN = "'{}'::text";

  /** True for a head that is there. */
  private static final String IS_THERE =
      """
      (SELECT true FROM {schema}.job_heads x WHERE x.job_id = p.job_id LIMIT 1) IS NOT NULL""";

  private static final String NOTE =
      """
      WITH moved AS (
        UPDATE {schema}.job_heads h
        SET version = p.version
        FROM unnest($1::text[], $2::bigint[]) AS p (job_id, version)
        WHERE h.job_id = p.job_id
        RETURNING h.job_id
      ), made AS (
        INSERT INTO {schema}.job_heads (job_id, version, born)
        SELECT p.job_id, p.version, $8
        FROM unnest($3::text[], $4::bigint[]) AS p (job_id, version)
        ORDER BY p.job_id COLLATE "C"
        RETURNING job_id
      )
      INSERT INTO {schema}.event_batches (job_id, batch_id, versions)
      SELECT p.job_id, p.batch_id, p.versions::bigint[]
      FROM unnest($5::text[], $6::text[], $7::text[]) AS p (job_id, batch_id, versions)
      ORDER BY p.batch_id COLLATE "C", p.job_id COLLATE "C"
      """;

  private static final String KNOWN =
      """
      SELECT a.ord
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (job_id, batch_id, ord)
      JOIN {schema}.event_batches b ON b.job_id = a.job_id AND b.batch_id = a.batch_id
      """;

  /** All positions of the group lie behind where the sequence was at the first look. */
  private static final String NOTE_MONTHS =
      """
      WITH noted AS (
        {note}
      )
      SELECT currval($2::regclass), (SELECT count(*) FROM noted)
      """;

  private static final int WARY_GROUPS = 100;

  private final AtomicInteger wary = new AtomicInteger();
  private final Database database;
  private final AppendBatch single;
  private final String announce;
  private final String look;
  private final String lookInPassing;
  private final String glance;
  private final String note;
  private final String noteMonths;
  private final String known;
  private final String copy;
  private final String copyPlaced;
  private final String sequence;

  GroupTransaction(Database database, EventTools tools) {
    SchemaName schema = tools.schema();
    this.database = database;
    this.single = tools.appendBatch();
    String waiting = LOOK.replace("{floor}", Horizon.takeFloor(tools.tag())).replace("{wait}", "");
    String inPassing =
        LOOK.replace("{floor}", Horizon.takeFloorInPassing(tools.tag()))
            .replace("{wait}", "SKIP LOCKED");
    this.look = schema.in(waiting.replace("{held}", IS_THERE).replace("{known}", KNOWN_BEFORE));
    this.lookInPassing =
        schema.in(inPassing.replace("{held}", IS_THERE).replace("{known}", KNOWN_BEFORE));
    this.glance = schema.in(inPassing.replace("{held}", IS_THERE).replace("{known}", NONE_KNOWN));
    this.announce = schema.in(ANNOUNCE);
    this.note = schema.in(NOTE);
    String months = PositionMonths.noteRange("$1", "currval($2::regclass)", "$3");
    this.noteMonths = schema.in(NOTE_MONTHS.replace("{note}", months));
    this.known = schema.in(KNOWN);
    this.copy = EventCopy.statement(schema, "events", false);
    this.copyPlaced = EventCopy.statement(schema, "events", true);
    this.sequence = schema.in("{schema}.event_position");
  }

  /** Waits for whoever holds one of the heads. */
  Mono<GroupPlan> run(AskedGroup asked) {
    return lookFirst(asked, look);
  }

  /**
   * Passes over heads that another transaction holds; waits for nobody for more than a moment, and
   * fails with {@link WouldWait} then. That none of the batches was appended before is taken for
   * granted until one has been: looking each up costs as much as locking its head. Where one is
   * repeated, more are.
   */
  Mono<GroupPlan> runInPassing(AskedGroup asked) {
    return (isWary() ? lookFirst(asked, lookInPassing) : hopeful(asked))
        .onErrorMap(SqlErrors::isLockTimeout, WouldWait::new);
  }

  /** The next groups look up their batches before they write. */
  void beWary() {
    wary.set(WARY_GROUPS);
  }

  private boolean isWary() {
    return wary.get() > 0 && wary.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  private Mono<GroupPlan> hopeful(AskedGroup asked) {
    return run(Sql.of(glance, asked.jobNames(), asked.positions()), asked)
        .onErrorResume(
            SqlErrors::isUniqueViolation,
            known -> {
              beWary();
              return lookFirst(asked, lookInPassing);
            });
  }

  private Mono<GroupPlan> lookFirst(AskedGroup asked, String statement) {
    return run(
        Sql.of(statement, asked.jobNames(), asked.positions(), asked.firstJobs(), asked.batchIds()),
        asked);
  }

  private Mono<GroupPlan> run(Sql look, AskedGroup asked) {
    return database.inTwoTrips(tx -> look(tx, asked, look), this::write);
  }

  private Mono<GroupPlan> look(SqlRunner tx, AskedGroup asked, Sql look) {
    return Together.with(tx.execute(announce), tx.list(look, GroupTransaction::seen))
        .map(rows -> GroupPlan.of(asked, rows.get(0)))
        .flatMap(plan -> recheck(tx, plan))
        .flatMap(plan -> recall(tx, plan));
  }

  private static Seen seen(Columns row) {
    return new Seen(row.numbers(0), row.numbers(1), row.numbers(2), row.number(3), row.number(4));
  }

  /**
   * A refusal may be the echo of the same batch, committed by another process while we waited for
   * the lock: it is not in the snapshot of the first look.
   */
  private Mono<GroupPlan> recheck(SqlRunner tx, GroupPlan plan) {
    List<Integer> refused = plan.numbersOf(Refused.class);
    if (refused.isEmpty()) {
      return Mono.just(plan);
    }
    List<EventBatch> batches = refused.stream().map(plan.asked().batches()::get).toList();
    Sql sql =
        Sql.of(
            known,
            AskedGroup.names(batches, AskedGroup::firstJob),
            AskedGroup.names(batches, batch -> batch.id().value()));
    return tx.list(sql, row -> row.number(0))
        .map(
            found -> {
              found.forEach(nth -> plan.settle(refused.get((int) (nth - 1)), new Known()));
              return plan;
            });
  }

  private Mono<GroupPlan> recall(SqlRunner tx, GroupPlan plan) {
    return Flux.fromIterable(plan.numbersOf(Known.class))
        .concatMap(
            number ->
                first(tx, plan.asked().batches().get(number))
                    .doOnNext(outcome -> plan.settle(number, outcome)))
        .then(Mono.just(plan));
  }

  private Mono<Outcome> first(SqlRunner tx, EventBatch batch) {
    return single
        .find(tx, batch)
        .<Outcome>map(Answered::new)
        .onErrorResume(ConflictException.class, taken -> Mono.just(new Refused(taken)))
        .switchIfEmpty(
            Mono.error(() -> new IllegalStateException("Batch " + batch.id() + " is gone")));
  }

  /** All of it is on its way before the first reply. */
  private Mono<Void> write(SqlRunner tx, GroupPlan plan) {
    if (plan.writesNothing()) {
      return Mono.empty();
    }
    return Together.of(
        tx.write(plan.note(note)),
        tx.copyIn(
            plan.hasPositions() ? copyPlaced : copy, GroupRows.of(plan.runs(), plan.nowMicros())),
        tx.first(Sql.of(noteMonths, plan.behind(), sequence, plan.months()), row -> row.number(0))
            .doOnNext(plan::drewUpTo));
  }
}
