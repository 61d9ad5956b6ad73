package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.event.BatchId;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.Event;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Fills the log in chunks, on a few lanes: each job belongs to one lane and each lane writes one
 * chunk at a time, so that writers do not wait for each other's job heads and a job keeps its
 * order.
 */
final class BulkAppend {

  private static final int OUTAGES = 3;

  /**
   * Moves the heads, and says where they were. Sorted, so that two processes that write the same
   * jobs cannot block each other for ever. A repeat finds its batch noted, and moves nothing.
   */
  private static final String RESERVE =
      """
      WITH noted AS (
        INSERT INTO {schema}.event_batches (job_id, batch_id, versions)
        VALUES (($1::text[])[1], $3, '{}')
        ON CONFLICT (job_id, batch_id) DO NOTHING
        RETURNING job_id
      ), floor AS MATERIALIZED (
        {floor}
        WHERE EXISTS (SELECT FROM noted)
      ), moved AS (
        INSERT INTO {schema}.job_heads AS h (job_id, version, born)
        SELECT p.job_id, p.events, floor.position - 1
        FROM floor, unnest($1::text[], $2::bigint[]) AS p (job_id, events)
        ORDER BY p.job_id COLLATE "C"
        ON CONFLICT (job_id) DO UPDATE SET version = h.version + excluded.version
        RETURNING job_id, version
      )
      SELECT m.job_id, m.version, floor.position - 1
      FROM moved m, floor
      """;

  /** Notes the months of the chunk, whose positions lie behind where the sequence was before. */
  private static final String NOTE_MONTHS =
      """
      WITH noted AS (
        {note}
      )
      SELECT currval($2::regclass), (SELECT count(*) FROM noted)
      """;

  private static final String JOB_POSITION =
      """
      SELECT max(e.position)
      FROM {schema}.events e
      WHERE e.job_id = ANY($1)
      """;

  private final SqlRunner database;
  private final PartitionKeeper partitions;
  private final Runnable committed;
  private final Clock clock;
  private final int lanes;
  private final String reserve;
  private final String copy;
  private final String jobPosition;
  private final String noteMonths;
  private final String sequence;

  BulkAppend(SqlRunner database, EventTools tools, Runnable committed, Clock clock, int lanes) {
    this.database = database;
    this.partitions = tools.partitions();
    this.committed = committed;
    this.clock = clock;
    this.lanes = lanes;
    SchemaName schema = tools.schema();
    this.reserve = schema.in(RESERVE.replace("{floor}", Horizon.takeFloor(tools.tag())));
    this.copy = EventCopy.statement(schema, false);
    this.jobPosition = schema.in(JOB_POSITION);
    String note = PositionMonths.noteRange("$1", "currval($2::regclass)", "$3");
    this.noteMonths = schema.in(NOTE_MONTHS.replace("{note}", note));
    this.sequence = schema.in("{schema}.event_position");
  }

  Flux<BulkProgress> run(Publisher<JobEvent> events) {
    return Flux.from(events)
        .bufferUntil(new ChunkBoundary())
        // A failure of the source waits for the chunk that is being written, so that it is
        // reported.
        .concatMapDelayError(this::writeOnLanes, 1)
        .scan(Written::plus)
        .map(Written::progress);
  }

  /** What is committed: how many events, and the highest position. */
  private record Written(long events, long position) {

    Written plus(Written other) {
      return new Written(events + other.events, Math.max(position, other.position));
    }

    BulkProgress progress() {
      return new BulkProgress(events, new Position(Long.toString(position)));
    }
  }

  /** The next chunk begins when all lanes are done with this one: a job keeps its order. */
  private Flux<Written> writeOnLanes(List<JobEvent> chunk) {
    Map<Integer, List<JobEvent>> byLane =
        chunk.stream()
            .collect(Collectors.groupingBy(event -> Math.floorMod(event.job().hashCode(), lanes)));
    return Flux.fromIterable(byLane.values())
        .flatMap(events -> write(events, BatchId.unique()), lanes);
  }

  /** Repeats a chunk whose outcome is unknown under the same batch id: it cannot apply twice. */
  private Mono<Written> write(List<JobEvent> chunk, BatchId batch) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return Mono.defer(
            () ->
                partitions
                    .ensureFor(
                        chunk.stream().map(e -> e.event().createdAt()).filter(Objects::nonNull))
                    .then(database.atomically(tx -> writeIn(tx, chunk, batch, now))))
        .doOnError(SqlErrors::isMissingPartition, error -> partitions.forget())
        .retryWhen(
            Retry.backoff(OUTAGES, Duration.ofMillis(50))
                .filter(
                    error ->
                        error instanceof UnavailableException
                            || SqlErrors.isMissingPartition(error))
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .doOnNext(written -> committed.run());
  }

  private Mono<Written> writeIn(SqlRunner tx, List<JobEvent> chunk, BatchId batch, Instant now) {
    Map<String, Long> counts = new TreeMap<>();
    chunk.forEach(event -> counts.merge(event.job().value(), 1L, Long::sum));
    String[] jobs = counts.keySet().toArray(String[]::new);
    Sql sql = Sql.of(reserve, jobs, counts.values().toArray(Long[]::new), batch.value());
    return tx.list(sql, row -> new Head(row.text(0), row.number(1), row.number(2)))
        .flatMap(
            heads ->
                heads.isEmpty()
                    ? alreadyWritten(tx, jobs, chunk)
                    : copy(tx, recorded(chunk, firstVersions(heads, counts), now), heads.get(0)));
  }

  /**
   * A job, moved.
   *
   * @param behind where the sequence was: all positions of the chunk lie behind it
   */
  private record Head(String job, long version, long behind) {}

  private static Map<String, Long> firstVersions(List<Head> heads, Map<String, Long> counts) {
    Map<String, Long> before = new HashMap<>();
    heads.forEach(
        head ->
            before.put(
                head.job(), head.version() - Objects.requireNonNull(counts.get(head.job()))));
    return before;
  }

  private static List<RecordedEvent> recorded(
      List<JobEvent> chunk, Map<String, Long> versions, Instant now) {
    List<RecordedEvent> events = new ArrayList<>(chunk.size());
    for (JobEvent event : chunk) {
      long version = versions.merge(event.job().value(), 1L, Long::sum);
      events.add(recorded(event.job(), version, event.event(), now));
    }
    return events;
  }

  private Mono<Written> copy(SqlRunner tx, List<RecordedEvent> events, Head head) {
    String[] months = PositionMonths.of(events.stream().map(RecordedEvent::createdAt));
    return tx.copyIn(copy, EventCopy.data(events, false))
        .then(tx.first(Sql.of(noteMonths, head.behind(), sequence, months), row -> row.number(0)))
        .map(position -> new Written(events.size(), position));
  }

  private static RecordedEvent recorded(JobId job, long version, Event event, Instant now) {
    Event dated = event.createdAt() == null ? event.at(now) : event;
    return new RecordedEvent(Position.BEGINNING, job, version, dated);
  }

  /** The commit whose outcome was unknown had happened. */
  private Mono<Written> alreadyWritten(SqlRunner tx, String[] jobs, List<JobEvent> chunk) {
    return tx.first(Sql.of(jobPosition, (Object) jobs), row -> row.number(0))
        .map(position -> new Written(chunk.size(), position));
  }
}
