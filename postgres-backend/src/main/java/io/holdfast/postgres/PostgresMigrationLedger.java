package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.RecordKind;
import io.holdfast.event.RecordedEvent;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The migration as a row, its chunks as rows of the transactions that load them. */
final class PostgresMigrationLedger implements MigrationLedger {

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.migration m
      WHERE $1
      """;

  /** The source before is that of the snapshot: nobody changes it without having the row. */
  private static final String TAKE =
      """
      WITH before AS (
        SELECT source FROM {schema}.migration
      ), taken AS (
        INSERT INTO {schema}.migration AS m (source, state, token, holder, lease_millis, leased_until,
          started_at, updated_at, sums)
        VALUES ($1, 'COPYING', 1, $2, $3,
          statement_timestamp() + $3::bigint * interval '1 millisecond',
          statement_timestamp(), statement_timestamp(), '[]')
        ON CONFLICT (one) DO UPDATE
        SET source = excluded.source, state = excluded.state, token = m.token + 1,
          holder = excluded.holder, lease_millis = excluded.lease_millis,
          leased_until = excluded.leased_until,
          started_at = CASE WHEN m.source = excluded.source THEN m.started_at
            ELSE excluded.started_at END,
          updated_at = excluded.updated_at, sums = excluded.sums
        WHERE (m.holder IN ('', excluded.holder) OR m.leased_until <= statement_timestamp())
          AND NOT (m.state = 'FINALIZED' AND m.source = excluded.source)
        RETURNING {columns}
      ), forgotten AS (
        DELETE FROM {schema}.migration_chunks
        WHERE EXISTS (SELECT FROM taken)
          AND EXISTS (SELECT FROM before WHERE source <> $1)
      )
      SELECT * FROM taken
      """;

  /** Others that want to pause wait for the end of this transaction, so it comes late. */
  private static final String NOTE =
      """
      WITH held AS (
        {hold}
      )
      INSERT INTO {schema}.migration_chunks (kind, number, records, first_key, last_key, sha256,
        copied_at)
      SELECT $3::text, $4::bigint, $5::bigint, $6::text, $7::text, $8::text, statement_timestamp()
      FROM held
      ON CONFLICT (kind, number) DO UPDATE
      SET records = excluded.records, first_key = excluded.first_key,
        last_key = excluded.last_key, sha256 = excluded.sha256, copied_at = excluded.copied_at
      """;

  private static final String HOLD =
      """
      UPDATE {schema}.migration
      SET leased_until = statement_timestamp() + lease_millis * interval '1 millisecond',
        updated_at = statement_timestamp()
      WHERE token = $1 AND holder = $2 AND state = 'COPYING'
      """;

  private static final String FORGET =
      """
      WITH held AS (
        {hold}
      ), forgotten AS (
        DELETE FROM {schema}.migration_chunks
        WHERE kind = $3 AND number >= $4 AND EXISTS (SELECT FROM held)
        RETURNING number
      )
      SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM forgotten)
      """;

  /** If {@link MigrationRun#isStill}. */
  private static final String LEAVE =
      """
      UPDATE {schema}.migration m
      SET state = $2, holder = '', leased_until = statement_timestamp(),
        updated_at = statement_timestamp(), sums = $3
      WHERE token = $1
        AND CASE WHEN $4 = 'COPYING' THEN state IN ('COPYING', 'PAUSED')
          ELSE state = $4 AND updated_at = $5 END
      RETURNING {columns}
      """;

  private static final String PAUSE =
      """
      UPDATE {schema}.migration m
      SET state = 'PAUSED', updated_at = statement_timestamp()
      WHERE state = 'COPYING' AND $1
      RETURNING {columns}
      """;

  private static final String OTHERS = "written to by others since";

  private static final String ANOTHER = "about to get other events from its source";

  private static final String EVENTS = RecordedEvent.KIND.name();

  private final SqlRunner database;
  private final SchemaName schema;
  private final Transfers transfers;
  private final EventLoading loading;
  private final TableTransfer<MigrationChunk> chunks;

  PostgresMigrationLedger(
      SqlRunner database, SqlRunner indexing, EventTools tools, Transfers transfers) {
    this.database = database;
    this.schema = tools.schema();
    this.transfers = transfers;
    this.loading = new EventLoading(database, indexing, tools);
    this.chunks = new TableTransfer<>(database, MigrationRows.chunks(schema));
  }

  private String sql(String text) {
    return schema.in(text.replace("{columns}", MigrationRows.RUN));
  }

  /** With {@link #HOLD} in front. */
  private String held(String text) {
    return sql(text.replace("{hold}", HOLD + "RETURNING token"));
  }

  @Override
  public Mono<MigrationRun> find() {
    return database.first(Sql.of(sql(FIND), true), MigrationRows::run);
  }

  @Override
  public Flux<MigrationChunk> chunks() {
    return chunks.export();
  }

  @Override
  public Mono<MigrationRun> take(MigrationTurn turn) {
    return database
        .first(
            Sql.of(sql(TAKE), turn.source(), turn.holder(), turn.lease().toMillis()),
            MigrationRows::run)
        .switchIfEmpty(Mono.defer(() -> find().flatMap(there -> Mono.error(there.busy()))));
  }

  @Override
  public <R> Mono<Long> load(
      MigrationRun run, RecordKind<R> kind, List<R> records, MigrationChunk chunk) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(records, "records");
    Objects.requireNonNull(chunk, "chunk");
    LoadingTransfer<R> transfer = transfers.of(kind);
    Mono<Long> load =
        Mono.defer(() -> transfer.load(database, records, tx -> note(tx, run, chunk)));
    return Mono.fromRunnable(() -> chunk.requireAbout(kind, records))
        .then(
            Mono.defer(() -> isEvents(kind.name()) ? loadEvents(run, records, chunk, load) : load));
  }

  private static boolean isEvents(String kind) {
    return kind.equals(EVENTS);
  }

  /** Into a log that has events as they come; else they are gathered until all are there. */
  private Mono<Long> loadEvents(
      MigrationRun run, List<?> records, MigrationChunk chunk, Mono<Long> load) {
    List<RecordedEvent> events = records.stream().map(RecordedEvent.class::cast).toList();
    return loading
        .look()
        .flatMap(look -> loading.withMonths(look, events))
        .flatMap(
            look -> {
              if (look.hasLog()) {
                return look.tables().isEmpty() ? load : giveUp(run, look, OTHERS);
              }
              return database
                  .atomically(
                      tx ->
                          loading
                              .gather(tx, look, events)
                              .flatMap(written -> note(tx, run, chunk).thenReturn(written)))
                  .onErrorResume(error -> unlessLost(run, error));
            });
  }

  /** What has gone wrong, unless that is because somebody else has the migration. */
  private <T> Mono<T> unlessLost(MigrationRun run, Throwable error) {
    return keep(run)
        .onErrorMap(late -> late instanceof ConflictException ? late : error)
        .then(Mono.error(error));
  }

  /** What was gathered has no place in the log any more. */
  private <T> Mono<T> giveUp(MigrationRun run, EventLoading.Look look, String why) {
    return database
        .atomically(tx -> loading.drop(tx, look).then(Mono.defer(() -> forget(tx, run, EVENTS, 0))))
        .then(
            Mono.error(
                () ->
                    new ConflictException(
                        "The log",
                        "of this store",
                        "as it was when the copy of its events began",
                        why + ". What was copied of them is dropped: begin again")));
  }

  private Mono<Void> note(SqlRunner tx, MigrationRun run, MigrationChunk chunk) {
    return tx.write(
            Sql.of(
                held(NOTE),
                run.token(),
                run.holder(),
                chunk.kind(),
                chunk.number(),
                chunk.records(),
                chunk.first(),
                chunk.last(),
                chunk.sha256()))
        .flatMap(noted -> noted == 1 ? Mono.empty() : lost(tx, run));
  }

  @Override
  public Mono<Void> keep(MigrationRun run) {
    return database
        .write(Sql.of(sql(HOLD), run.token(), run.holder()))
        .flatMap(held -> held == 1 ? Mono.empty() : lost(database, run));
  }

  @Override
  public Mono<Void> settle(MigrationRun run) {
    Objects.requireNonNull(run, "run");
    return loading.settle();
  }

  @Override
  public Mono<Long> complete(MigrationRun run, String kind, long chunks) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(kind, "kind");
    return isEvents(kind)
        ? loading.look().flatMap(look -> completeEvents(run, chunks, look))
        : forget(database, run, kind, chunks);
  }

  private Mono<Long> completeEvents(MigrationRun run, long chunks, EventLoading.Look look) {
    if (look.tables().isEmpty()) {
      return forget(database, run, EVENTS, chunks);
    }
    if (look.hasLog()) {
      return giveUp(run, look, OTHERS);
    }
    if (look.isStale()) {
      return database.atomically(
          tx -> loading.drop(tx, look).then(Mono.defer(() -> forget(tx, run, EVENTS, chunks))));
    }
    return loading
        .isOf(chunks)
        .flatMap(isWhole -> isWhole ? indexAndShow(run, chunks, look) : giveUp(run, look, ANOTHER))
        .onErrorResume(error -> unlessLost(run, error));
  }

  private Mono<Long> indexAndShow(MigrationRun run, long chunks, EventLoading.Look look) {
    return loading
        .index(look.bare())
        .then(Mono.defer(() -> loading.show(tx -> forget(tx, run, EVENTS, chunks))))
        .doOnSuccess(shown -> transfers.of(RecordedEvent.KIND).announce());
  }

  private Mono<Long> forget(SqlRunner runner, MigrationRun run, String kind, long number) {
    return runner
        .first(
            Sql.of(held(FORGET), run.token(), run.holder(), kind, number),
            row -> row.number(0) == 1 ? row.number(1) : -1)
        .flatMap(gone -> gone < 0 ? lost(runner, run) : Mono.just(gone));
  }

  @Override
  public Mono<MigrationRun> leave(MigrationRun run, MigrationState state, List<KindSum> sums) {
    Objects.requireNonNull(sums, "sums");
    state.requireLeft();
    Sql leave =
        Sql.of(
            sql(LEAVE),
            run.token(),
            state.name(),
            Sql.json(MigrationRows.json(sums)),
            run.state().name(),
            run.updatedAt());
    return database
        .first(leave, MigrationRows::run)
        .switchIfEmpty(Mono.defer(() -> lost(database, run)));
  }

  @Override
  public Mono<MigrationRun> pause() {
    return database
        .first(Sql.of(sql(PAUSE), true), MigrationRows::run)
        .switchIfEmpty(Mono.defer(this::find));
  }

  /** Why {@code run} can no longer write. */
  private <T> Mono<T> lost(SqlRunner runner, MigrationRun run) {
    return runner
        .first(Sql.of(sql(FIND), true), MigrationRows::run)
        .<T>flatMap(there -> Mono.error(there.isNot(run)))
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Migration", run.source())));
  }
}
