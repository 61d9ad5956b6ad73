package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.StateDigest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A checkpoint without its state as it comes from the database, not looked at yet.
 *
 * @param info what the columns say
 * @param seal the SHA-256 over the other columns, of which the state's SHA-256 is one; rows from
 *     before there were seals have none
 */
@SuppressWarnings("ArrayRecordComponent") // Only carried; nobody compares them.
record SealedInfo(CheckpointInfo info, byte @Nullable [] seal) {

  /** What {@link #of} reads, from column 0 on. */
  static final String COLUMNS =
      "c.workflow_id, c.version, c.created_at, c.metadata, c.size_bytes, c.sha256, c.seal";

  /**
   * The seal in SQL, for the server chooses the time: over workflow, version, time, the metadata's
   * SHA-256, the state's, and its size.
   */
  static final String SEAL =
      """
      sha256(convert_to(concat_ws(E'\\n', %s::text, %s::bigint,
        (extract(epoch FROM %s) * 1000000)::bigint, %s::text, %s::text, %s::bigint), 'UTF8'))""";

  static SealedInfo of(Columns row) {
    return new SealedInfo(
        new CheckpointInfo(
            new WorkflowId(row.text(0)),
            row.number(1),
            row.time(2),
            row.json(3),
            row.number(4),
            row.text(5)),
        row.bytesOrNull(6));
  }

  /** All of them; fails with {@link CorruptDataException} if a seal does not match. */
  static Flux<CheckpointInfo> checked(Mono<List<SealedInfo>> rows) {
    return rows.flatMap(
            found ->
                StoredCheckpoint.heavy(
                    found.stream().mapToLong(SealedInfo::bytes).sum(),
                    Mono.fromCallable(() -> found.stream().map(SealedInfo::checked).toList())))
        .flatMapIterable(infos -> infos);
  }

  String where() {
    return "Checkpoint " + info.workflow() + "@" + info.version();
  }

  /** How much there is to hash. */
  int bytes() {
    return info.metadata().sizeBytes();
  }

  CheckpointInfo checked() {
    if (seal != null && !MessageDigest.isEqual(seal, sealOf(info))) {
      throw new CorruptDataException(where() + ", its row", "the seal does not match");
    }
    return info;
  }

  /** The SHA-256 of the canonical form, as the seal has it. */
  static String ofMetadata(Json metadata) {
    return StateDigest.of(metadata).sha256();
  }

  static byte[] sealOf(CheckpointInfo info) {
    String text =
        String.join(
            "\n",
            info.workflow().value(),
            Long.toString(info.version()),
            Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, info.createdAt())),
            ofMetadata(info.metadata()),
            info.sha256(),
            Long.toString(info.sizeBytes()));
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
