package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.RecordKey;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.content.Pack;
import io.holdfast.checkpoint.content.PackedState;
import io.holdfast.checkpoint.content.StatePacker;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies checkpoints: small states page by page, large ones one by one. */
final class CheckpointTransfer implements LoadingTransfer<Checkpoint> {

  /** A state of more bytes does not come with its page. */
  private static final int IN_PAGE_BYTES_MAX = 32 << 10;

  private static final String PAGE =
      """
      SELECT {info}, CASE WHEN c.size_bytes <= {max} THEN c.state END
      FROM {schema}.checkpoints c
      WHERE (c.workflow_id, c.version) > ($1, $2)
      ORDER BY c.workflow_id, c.version
      LIMIT $3
      """
          .replace("{info}", SealedInfo.COLUMNS)
          .replace("{max}", Integer.toString(IN_PAGE_BYTES_MAX));

  private static final String COUNT = "SELECT count(*) FROM {schema}.checkpoints WHERE $1";
  private static final String LOCK = "LOCK TABLE {schema}.checkpoints IN SHARE ROW EXCLUSIVE MODE";

  private static final String LOAD =
      """
      WITH r AS MATERIALIZED (
        SELECT (record ->> 'workflow') AS workflow_id, (record ->> 'version')::bigint AS version,
          (record ->> 'createdAt')::timestamptz AS created_at, "sizeBytes", sha256, seal,
          record -> 'metadata' AS metadata, record -> 'state' AS state
        FROM jsonb_to_recordset($1) AS x (record jsonb, "sizeBytes" bigint, sha256 text, seal text)
      ), heads AS (
        INSERT INTO {schema}.checkpoint_heads AS h (workflow_id, version)
        SELECT workflow_id, max(version) FROM r GROUP BY workflow_id ORDER BY workflow_id COLLATE "C"
        ON CONFLICT (workflow_id) DO UPDATE
        SET version = greatest(h.version, excluded.version)
        RETURNING workflow_id
      ), written AS (
        INSERT INTO {schema}.checkpoints (workflow_id, version, created_at, size_bytes, sha256,
          metadata, state, seal)
        SELECT workflow_id, version, created_at, "sizeBytes", sha256, metadata, state,
          decode(seal, 'hex')
        FROM r
        ON CONFLICT (workflow_id, version) DO NOTHING
        RETURNING workflow_id
      )
      SELECT count(*) FROM written
      """;

  private static final String LOAD_PACKED =
      """
      WITH head AS (
        INSERT INTO {schema}.checkpoint_heads AS h (workflow_id, version)
        VALUES ($1, $2)
        ON CONFLICT (workflow_id) DO UPDATE
        SET version = greatest(h.version, excluded.version)
        RETURNING workflow_id
      ), written AS (
        INSERT INTO {schema}.checkpoints (workflow_id, version, created_at, size_bytes, sha256,
          metadata, base_version, manifest, seal, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $12)
        ON CONFLICT (workflow_id, version) DO NOTHING
        RETURNING version
      ), packed AS (
        INSERT INTO {schema}.checkpoint_packs (workflow_id, pack, directory, body)
        SELECT $1, version, $10, $11
        FROM written
        WHERE $10::bytea IS NOT NULL
        RETURNING pack
      )
      SELECT count(*) FROM written
      """;

  private final SqlRunner database;
  private final SchemaName schema;
  private final TableTransfer<StoredCheckpoint> rows;
  private final PostgresCheckpointStore store;

  CheckpointTransfer(SqlRunner database, SchemaName schema) {
    this.database = database;
    this.schema = schema;
    this.store = new PostgresCheckpointStore(database, schema);
    this.rows =
        new TableTransfer<>(
            database,
            new TableTransfer.Table<>(
                schema.in(PAGE),
                List.of("", 0L),
                CheckpointTransfer::row,
                row -> List.of(row.row().info().workflow().value(), row.row().info().version()),
                row -> row.state() == null ? 1_000 : row.state().sizeBytes() + 1_000,
                schema.in(LOAD),
                schema.in(LOCK),
                row -> Json.EMPTY,
                "",
                schema.in(COUNT)));
  }

  private static StoredCheckpoint row(Columns row) {
    return new StoredCheckpoint(SealedInfo.of(row), row.jsonOrNull(7), null, List.of());
  }

  @Override
  public Flux<Checkpoint> export() {
    return rows.export().concatMap(this::whole, 1);
  }

  @Override
  public Flux<Checkpoint> exportIntact(Consumer<? super CorruptDataException> damaged) {
    return rows.export()
        .concatMap(
            row ->
                whole(row)
                    .onErrorResume(
                        CorruptDataException.class,
                        found -> Mono.fromRunnable(() -> damaged.accept(named(row, found)))),
            1);
  }

  /** A pack may be damaged for many. */
  private static CorruptDataException named(StoredCheckpoint row, CorruptDataException found) {
    CheckpointInfo info = row.row().info();
    return new CorruptDataException(
        "Checkpoint %s@%d".formatted(info.workflow(), info.version()), found);
  }

  /** Empty if it was deleted meanwhile. */
  private Mono<Checkpoint> whole(StoredCheckpoint row) {
    return row.state() == null
        ? store.find(row.row().info().workflow(), row.row().info().version())
        : row.checkpoint();
  }

  @Override
  public Mono<Long> count() {
    return rows.count();
  }

  @Override
  public Mono<Checkpoint> find(RecordKey key) {
    return store.find(new WorkflowId(key.first()), key.version());
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    return store.delete(new WorkflowId(key.first()), key.version());
  }

  @Override
  public Mono<Long> load(List<Checkpoint> records) {
    return records.isEmpty() ? Mono.just(0L) : load(database, records, Note.NONE);
  }

  @Override
  public Mono<Long> loadIn(SqlRunner tx, List<Checkpoint> records) {
    return tx.execute(schema.in(LOCK))
        .then(loadSmall(tx, records))
        .flatMap(small -> loadLarge(tx, records).map(large -> small + large));
  }

  private static boolean isLarge(Checkpoint checkpoint) {
    return checkpoint.content().state().sizeBytes() >= StatePacker.PACKED_BYTES_MIN;
  }

  private Mono<Long> loadSmall(SqlRunner tx, List<Checkpoint> records) {
    List<Checkpoint> small =
        records.stream().filter(Predicate.not(CheckpointTransfer::isLarge)).toList();
    return small.isEmpty()
        ? Mono.just(0L)
        : StoredCheckpoint.offEventLoop(
                Mono.fromCallable(() -> TableTransfer.array(small, CheckpointTransfer::encode)))
            .flatMap(
                array -> tx.first(Sql.of(schema.in(LOAD), Sql.json(array)), row -> row.number(0)));
  }

  private static Json encode(Checkpoint checkpoint) {
    StateDigest digest = StateDigest.of(checkpoint.content().state());
    return new JsonWriter()
        .json("record", Checkpoint.KIND.encode(checkpoint))
        .number("sizeBytes", digest.sizeBytes())
        .text("sha256", digest.sha256())
        .text("seal", HexFormat.of().formatHex(SealedInfo.sealOf(info(checkpoint, digest))))
        .end();
  }

  private static CheckpointInfo info(Checkpoint checkpoint, StateDigest digest) {
    return new CheckpointInfo(
        checkpoint.workflow(),
        checkpoint.version(),
        checkpoint.createdAt(),
        checkpoint.content().metadata(),
        digest.sizeBytes(),
        digest.sha256());
  }

  private Mono<Long> loadLarge(SqlRunner tx, List<Checkpoint> records) {
    return Flux.fromIterable(records)
        .filter(CheckpointTransfer::isLarge)
        .concatMap(checkpoint -> loadLarge(tx, checkpoint))
        .reduce(0L, Long::sum);
  }

  /** Nobody else writes checkpoints meanwhile, so what it builds on stays. */
  private Mono<Long> loadLarge(SqlRunner tx, Checkpoint checkpoint) {
    return CheckpointBasis.below(tx, schema, checkpoint.workflow(), checkpoint.version())
        .flatMap(
            basis ->
                StoredCheckpoint.offEventLoop(Mono.fromCallable(() -> packed(checkpoint, basis))))
        .flatMap(sql -> tx.first(sql, row -> row.number(0)));
  }

  private Sql packed(Checkpoint checkpoint, CheckpointBasis basis) {
    byte[] canonical = checkpoint.content().state().canonical();
    CheckpointInfo info = info(checkpoint, StateDigest.ofCanonical(canonical));
    // Where another pack has its number, it is kept in one piece.
    PackedState packed =
        basis.taken() ? null : StatePacker.pack(checkpoint.version(), canonical, basis.packs());
    Pack pack = packed == null ? null : packed.pack();
    return Sql.of(
        schema.in(LOAD_PACKED),
        info.workflow().value(),
        info.version(),
        info.createdAt(),
        info.sizeBytes(),
        info.sha256(),
        Sql.json(info.metadata()),
        Sql.orNull(Long.class, packed == null ? null : packed.base()),
        Sql.bytes(packed == null ? null : packed.manifest()),
        SealedInfo.sealOf(info),
        Sql.bytes(pack == null ? null : pack.directory()),
        Sql.bytes(pack == null ? null : pack.body()),
        Sql.jsonOrNull(packed == null ? checkpoint.content().state() : null));
  }
}
