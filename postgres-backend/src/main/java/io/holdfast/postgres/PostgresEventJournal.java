package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventJournal;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events, alone or inside a transaction. */
final class PostgresEventJournal implements EventJournal {

  private final SqlRunner runner;
  private final AppendBatch append;
  private final PartitionKeeper partitions;
  private final EventReader reader;
  private final ArchivedNumbers numbers;

  PostgresEventJournal(SqlRunner runner, EventTools tools) {
    this.runner = runner;
    this.append = tools.appendBatch();
    this.partitions = tools.partitions();
    this.reader = tools.reader(runner);
    this.numbers = tools.numbers(runner);
  }

  @Override
  public Mono<AppendResult> append(EventBatch batch) {
    Objects.requireNonNull(batch, "batch");
    Mono<AppendResult> once = Mono.defer(() -> append.run(runner, batch));
    Mono<AppendResult> attempt = Mono.defer(() -> partitions.ensureFor(times(batch))).then(once);
    Mono<AppendResult> repeated =
        runner.isTransaction()
            ? attempt.onErrorMap(SqlErrors::isMissingPartition, this::monthDropped)
            : AppendRepeats.of(attempt, partitions);
    return repeated.onErrorMap(SqlErrors::isUniqueViolation, error -> lostRace(batch, error));
  }

  /**
   * Another transaction created the job, or ran this batch, while this one was about to, or since
   * this one's snapshot. The server has given up a transaction for that, and run again it finds
   * both.
   */
  private RuntimeException lostRace(EventBatch batch, Throwable error) {
    if (runner.isTransaction()) {
      return SqlErrors.rolledBack("Another transaction has created the job meanwhile", error);
    }
    return new ConflictException(
        "Job", batch.parts().get(0).job().value(), "free", "being created by another transaction");
  }

  private UnavailableException monthDropped(Throwable error) {
    partitions.forget();
    return new UnavailableException("A month of events was dropped meanwhile: run it again", error);
  }

  private static Stream<Instant> times(EventBatch batch) {
    return batch.parts().stream()
        .flatMap(part -> part.events().stream())
        .map(Event::createdAt)
        .filter(Objects::nonNull);
  }

  @Override
  public Flux<RecordedEvent> read(EventQuery query) {
    return reader.read(Objects.requireNonNull(query, "query"));
  }

  @Override
  public Mono<EventStats> stats(JobId job) {
    return numbers.stats(Objects.requireNonNull(job, "job"));
  }

  @Override
  public Mono<Long> count(EventFilter filter) {
    return numbers.count(Objects.requireNonNull(filter, "filter"));
  }
}
