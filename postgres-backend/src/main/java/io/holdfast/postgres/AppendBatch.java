package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Appends one batch, or finds out what became of it before. */
final class AppendBatch {

  private static final String FIND_BATCH =
      """
      SELECT k.version
      FROM {schema}.event_batches b, unnest(b.versions) WITH ORDINALITY AS k (version, part)
      WHERE b.job_id = $1 AND b.batch_id = $2
      ORDER BY k.part
      """;

  private static final String FIND_EVENTS =
      """
      SELECT version, position
      FROM {schema}.events
      WHERE job_id = $1 AND version > $2 AND version <= $3
      ORDER BY version
      """;

  private final AppendStatement statement;
  private final String findBatch;
  private final String findEvents;

  AppendBatch(AppendStatement statement, SchemaName schema) {
    this.statement = statement;
    this.findBatch = schema.in(FIND_BATCH);
    this.findEvents = schema.in(FIND_EVENTS);
  }

  /** Waits for whoever holds one of the heads. */
  Mono<AppendResult> run(SqlRunner runner, EventBatch batch) {
    Chain chain = Chain.of(List.of(batch)).orElseThrow();
    return statement
        .run(runner, chain)
        .flatMap(
            answer ->
                answer instanceof AppendStatement.Written written
                    ? Mono.just(written(chain, written))
                    : find(runner, batch)
                        .switchIfEmpty(Mono.error(() -> notWritten(batch, answer))));
  }

  private static AppendResult written(Chain chain, AppendStatement.Written written) {
    return new Places(chain.before(written.versions()).get(0), written.positions(), 0, 0)
        .result(chain.batches().get(0), false);
  }

  /**
   * A refusal may be the echo of the same batch, committed after our snapshot was taken: it was
   * looked for again before this.
   */
  private static RuntimeException notWritten(EventBatch batch, AppendStatement.Answer answer) {
    if (answer instanceof AppendStatement.Refused refused) {
      for (int i = 0; i < batch.parts().size(); i++) {
        JobEvents part = batch.parts().get(i);
        long version = refused.versions().get(i);
        if (!part.expected().accepts(version)) {
          return ConflictException.ofVersion(
              "Job", part.job().value(), GroupVerdict.expected(part.expected()), version);
        }
      }
    }
    return new IllegalStateException("Batch " + batch.id() + " was not written: " + answer);
  }

  /** The first result of a batch that was appended before; empty if it was not. */
  Mono<AppendResult> find(SqlRunner runner, EventBatch batch) {
    return runner
        .list(
            Sql.of(findBatch, AskedGroup.firstJob(batch), batch.id().value()), row -> row.number(0))
        .flatMap(before -> before.isEmpty() ? Mono.empty() : recall(runner, batch, before));
  }

  /** The first result again, read back from where the batch went. */
  private Mono<AppendResult> recall(SqlRunner runner, EventBatch batch, List<Long> before) {
    if (before.size() != batch.parts().size()) {
      return Mono.error(
          () -> new ConflictException("Batch", batch.id().value(), "unused", "another batch"));
    }
    return Flux.range(0, before.size())
        .concatMap(i -> recallPart(runner, batch.parts().get(i), before.get(i)))
        .collectList()
        .map(events -> new AppendResult(events, true));
  }

  /** Who was appended is known as long as the batch is, and where only as long as its month. */
  private Flux<Appended> recallPart(SqlRunner runner, JobEvents part, long before) {
    Sql sql = Sql.of(findEvents, part.job().value(), before, before + part.events().size());
    return runner
        .list(sql, row -> Map.entry(row.number(0), Positions.of(row.number(1))))
        .flatMapIterable(
            rows -> {
              Map<Long, Position> positions = new HashMap<>();
              rows.forEach(row -> positions.put(row.getKey(), row.getValue()));
              return LongStream.rangeClosed(1, part.events().size())
                  .mapToObj(nth -> appended(part.job(), before + nth, positions))
                  .toList();
            });
  }

  private static Appended appended(JobId job, long version, Map<Long, Position> positions) {
    return new Appended(job, version, positions.getOrDefault(version, Position.BEGINNING));
  }
}
