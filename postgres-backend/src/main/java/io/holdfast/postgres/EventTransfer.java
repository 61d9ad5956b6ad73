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

  /**
   * What is there: the heads of the jobs, the last position that was given out, and the last that
   * an event has. Nobody writes an event meanwhile, so one moment is as good as three.
   */
  private static final String LOOK =
      """
      WITH heads AS MATERIALIZED (
        SELECT job_id, version
        FROM {schema}.job_heads
        WHERE job_id = ANY($1)
        ORDER BY job_id
        FOR UPDATE
      ), all_heads AS (
        SELECT coalesce(array_agg(job_id), '{}') AS jobs,
          coalesce(array_agg(version), '{}') AS versions
        FROM heads
      )
      SELECT h.jobs, h.versions::text, p.last_value,
        greatest(
          (SELECT max(position) FROM {schema}.events),
          (SELECT max(last_position) FROM {schema}.archived_months),
          0)
      FROM all_heads h, {schema}.event_position p
      """;

  /**
   * All but the events themselves. Readers must not pass the first position that is being loaded:
   * that is held before the sequence tells them that there are more.
   */
  private static final String ANNOUNCE =
      """
      WITH held AS MATERIALIZED (
        SELECT pg_advisory_xact_lock_shared({tag}, ($3::bigint & 2147483647)::integer)
      ), moved AS (
        INSERT INTO {schema}.job_heads (job_id, version, born)
        SELECT job_id, version, $3
        FROM unnest($1::text[], $2::bigint[]) AS p (job_id, version)
        ORDER BY job_id COLLATE "C"
        ON CONFLICT (job_id) DO UPDATE SET version = excluded.version
      ), noted AS (
        {note}
      )
      SELECT setval('{schema}.event_position', greatest($4, p.last_value))
      FROM held, {schema}.event_position p
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

  /** As others do, but the note is written before anybody is told. */
  @Override
  public Mono<Long> load(SqlRunner runner, List<RecordedEvent> events, Note note) {
    return prepare(events)
        .then(Mono.defer(() -> runner.atomically(tx -> loadIn(tx, events, note))))
        .doOnTerminate(this::announce);
  }

  @Override
  public Mono<Long> loadIn(SqlRunner tx, List<RecordedEvent> events) {
    return loadIn(tx, events, Note.NONE);
  }

  private Mono<Long> loadIn(SqlRunner tx, List<RecordedEvent> events, Note note) {
    String[] jobs =
        events.stream().map(event -> event.job().value()).distinct().toArray(String[]::new);
    return Together.with(
            tx.execute(tools.schema().in(LOCK)),
            tx.first(Sql.of(tools.schema().in(LOOK), (Object) jobs), There::read))
        .flatMap(
            there -> {
              List<RecordedEvent> fresh = there.withoutThose(events);
              return fresh.isEmpty()
                  ? note.write(tx).thenReturn(0L)
                  : write(tx, fresh, there.lastStored(), note);
            });
  }

  /**
   * What was there before.
   *
   * @param heads the last version of each job
   * @param lastGiven no position behind this one has been given out
   * @param lastStored no event is behind this position
   */
  private record There(Map<String, Long> heads, long lastGiven, long lastStored) {

    static There read(Columns row) {
      String[] jobs = row.texts(0);
      Numbers versions = row.numbers(1);
      Map<String, Long> heads = new HashMap<>();
      for (int i = 0; i < jobs.length; i++) {
        heads.put(jobs[i], versions.get(i));
      }
      return new There(heads, row.number(2), row.number(3));
    }

    /**
     * Leaves out what the heads say is there. A job may have a hole, where its source has dropped a
     * month, but its versions go up with the positions: a version that it has passed, at a position
     * that no event can have had, is of another history.
     */
    List<RecordedEvent> withoutThose(List<RecordedEvent> events) {
      Map<String, Long> reached = new HashMap<>(heads);
      List<RecordedEvent> fresh = new ArrayList<>(events.size());
      for (RecordedEvent event : events) {
        String job = event.job().value();
        long head = reached.getOrDefault(job, 0L);
        if (event.version() > head) {
          reached.put(job, event.version());
          fresh.add(event);
        } else if (Positions.number(event.position()) > lastGiven) {
          throw ConflictException.ofVersion("Job", job, event.version() - 1, head);
        }
      }
      return fresh;
    }
  }

  private Mono<Long> write(SqlRunner tx, List<RecordedEvent> events, long lastStored, Note note) {
    long first = Positions.number(events.get(0).position());
    return requireBelow(lastStored, first)
        .then(
            Mono.defer(
                () ->
                    tx.copyIn(
                        EventCopy.statement(tools.schema(), "events", true),
                        EventCopy.data(events, true))))
        .delayUntil(written -> note.write(tx))
        // Last, as a rollback does not take the sequence back, and readers pass what it tells them.
        .delayUntil(written -> tx.list(announcement(events, first - 1), row -> true));
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

  private Sql announcement(List<RecordedEvent> events, long behind) {
    Map<String, Long> versions = new TreeMap<>();
    events.forEach(event -> versions.put(event.job().value(), event.version()));
    String note = PositionMonths.noteRange("$3", "$4", "$5");
    return Sql.of(
        tools
            .schema()
            .in(ANNOUNCE.replace("{note}", note).replace("{tag}", Integer.toString(tools.tag()))),
        versions.keySet().toArray(String[]::new),
        versions.values().toArray(Long[]::new),
        behind,
        Positions.number(events.get(events.size() - 1).position()),
        PositionMonths.of(events.stream().map(RecordedEvent::createdAt)));
  }
}
