package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.RecordKey;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies events with their positions and versions; in by COPY. */
final class EventTransfer implements LoadingTransfer<RecordedEvent> {

  /** No append meanwhile: it could draw one of the positions that are being loaded. */
  private static final String LOCK = "LOCK TABLE {schema}.events IN SHARE ROW EXCLUSIVE MODE";

  private static final String HEADS =
      """
      SELECT job_id, version
      FROM {schema}.job_heads
      WHERE job_id = ANY($1)
      ORDER BY job_id
      FOR UPDATE
      """;

  /** Readers must not pass the first position that is being loaded. */
  private static final String HOLD =
      "SELECT pg_advisory_xact_lock_shared(%d, ($1::bigint & 2147483647)::integer)::text";

  /** No position behind this one has been given out. */
  private static final String LAST_GIVEN =
      "SELECT last_value FROM {schema}.event_position WHERE $1";

  private static final String LAST_STORED =
      """
      SELECT greatest(
        (SELECT max(position) FROM {schema}.events),
        (SELECT max(last_position) FROM {schema}.archived_months),
        0)
      WHERE $1
      """;

  private static final String MOVE_HEADS =
      """
      INSERT INTO {schema}.job_heads (job_id, version, born)
      SELECT job_id, version, $3
      FROM unnest($1::text[], $2::bigint[]) AS p (job_id, version)
      ORDER BY job_id COLLATE "C"
      ON CONFLICT (job_id) DO UPDATE SET version = excluded.version
      """;

  private static final String NOTE_MONTHS =
      """
      WITH noted AS (
        {note}
      )
      SELECT count(*) FROM noted
      """;

  private static final String MOVE_SEQUENCE =
      """
      SELECT setval('{schema}.event_position', greatest($1, last_value)) FROM {schema}.event_position
      """;

  private final SqlRunner database;
  private final EventTools tools;
  private final Runnable committed;

  EventTransfer(SqlRunner database, EventTools tools, Runnable committed) {
    this.database = database;
    this.tools = tools;
    this.committed = committed;
  }

  @Override
  public Flux<RecordedEvent> export() {
    return tools.reader(database).readAll();
  }

  @Override
  public Mono<Long> count() {
    return tools.numbers(database).count(EventFilter.all());
  }

  @Override
  public Mono<RecordedEvent> find(RecordKey key) {
    EventQuery query = EventQuery.job(new JobId(key.first())).fromVersion(key.version()).limit(1);
    return tools
        .reader(database)
        .read(query)
        .next()
        .filter(event -> event.version() == key.version());
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    Objects.requireNonNull(key, "key");
    return Mono.error(() -> new InvalidInputException("removal", "events stay, also " + key));
  }

  @Override
  public Mono<Long> load(List<RecordedEvent> events) {
    return events.isEmpty() ? Mono.just(0L) : load(database, events, Note.NONE);
  }

  @Override
  public Mono<Void> prepare(List<RecordedEvent> events) {
    return tools.partitions().ensureForCopy(events.stream().map(RecordedEvent::createdAt));
  }

  @Override
  public void announce() {
    committed.run();
  }

  @Override
  public Mono<Long> loadIn(SqlRunner tx, List<RecordedEvent> events) {
    String[] jobs =
        events.stream().map(event -> event.job().value()).distinct().toArray(String[]::new);
    return tx.execute(tools.schema().in(LOCK))
        .then(
            tx.list(
                Sql.of(tools.schema().in(HEADS), (Object) jobs),
                row -> Map.entry(row.text(0), row.number(1))))
        .zipWhen(
            heads -> tx.first(Sql.of(tools.schema().in(LAST_GIVEN), true), row -> row.number(0)))
        .map(there -> notYetThere(events, there.getT1(), there.getT2()))
        .flatMap(fresh -> fresh.isEmpty() ? Mono.just(0L) : write(tx, fresh));
  }

  /**
   * Leaves out what the heads say is there. A job may have a hole, where its source has dropped a
   * month, but its versions go up with the positions: a version that it has passed, at a position
   * that no event can have had, is of another history.
   */
  private static List<RecordedEvent> notYetThere(
      List<RecordedEvent> events, List<Map.Entry<String, Long>> there, long lastGiven) {
    Map<String, Long> heads = new HashMap<>();
    there.forEach(head -> heads.put(head.getKey(), head.getValue()));
    List<RecordedEvent> fresh = new ArrayList<>(events.size());
    for (RecordedEvent event : events) {
      String job = event.job().value();
      long head = heads.getOrDefault(job, 0L);
      if (event.version() > head) {
        heads.put(job, event.version());
        fresh.add(event);
      } else if (Positions.number(event.position()) > lastGiven) {
        throw ConflictException.ofVersion("Job", job, event.version() - 1, head);
      }
    }
    return fresh;
  }

  private Mono<Long> write(SqlRunner tx, List<RecordedEvent> events) {
    long first = Positions.number(events.get(0).position());
    long last = Positions.number(events.get(events.size() - 1).position());
    SchemaName schema = tools.schema();
    return tx.list(Sql.of(HOLD.formatted(tools.tag()), first - 1), row -> true)
        .then(tx.first(Sql.of(schema.in(LAST_STORED), true), row -> row.number(0)))
        .flatMap(stored -> requireBelow(stored, first))
        .then(tx.write(moveHeads(events, first - 1)))
        .then(tx.list(noteMonths(events, first - 1, last), row -> true))
        .then(tx.copyIn(EventCopy.statement(schema, true), EventCopy.data(events, true)))
        .flatMap(
            written ->
                tx.list(Sql.of(schema.in(MOVE_SEQUENCE), last), row -> true).thenReturn(written));
  }

  private static Mono<Void> requireBelow(long stored, long first) {
    return stored < first
        ? Mono.empty()
        : Mono.error(
            () ->
                new ConflictException(
                    "The log",
                    "of this store",
                    "to end before position " + first,
                    "already at position " + stored));
  }

  private Sql noteMonths(List<RecordedEvent> events, long behind, long last) {
    String note = PositionMonths.noteRange("$1", "$2", "$3");
    String[] months = PositionMonths.of(events.stream().map(RecordedEvent::createdAt));
    return Sql.of(tools.schema().in(NOTE_MONTHS.replace("{note}", note)), behind, last, months);
  }

  private Sql moveHeads(List<RecordedEvent> events, long born) {
    Map<String, Long> versions = new TreeMap<>();
    events.forEach(event -> versions.put(event.job().value(), event.version()));
    return Sql.of(
        tools.schema().in(MOVE_HEADS),
        versions.keySet().toArray(String[]::new),
        versions.values().toArray(Long[]::new),
        born);
  }
}
