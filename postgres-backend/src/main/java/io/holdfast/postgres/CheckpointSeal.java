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
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 over the columns of a checkpoint beside its state, whose own SHA-256 is one of them.
 * A save has the server compute it, as the server chooses the time.
 */
final class CheckpointSeal {

  /** The same, in SQL: over workflow, version, time, the metadata's SHA-256, SHA-256 and size. */
  static final String SQL =
      """
      sha256(convert_to(concat_ws(E'\\n', %s::text, %s::bigint,
        (extract(epoch FROM %s) * 1000000)::bigint, %s::text, %s::text, %s::bigint), 'UTF8'))""";

  private CheckpointSeal() {}

  /** The SHA-256 of the canonical form, as the seal has it. */
  static String ofMetadata(Json metadata) {
    return StateDigest.of(metadata).sha256();
  }

  static byte[] of(CheckpointInfo info) {
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

  static CheckpointInfo info(Columns row) {
    return new CheckpointInfo(
        new WorkflowId(row.text(0)),
        row.number(1),
        row.time(2),
        row.json(3),
        row.number(4),
        row.text(5));
  }

  /** Rows from before there were seals have none. */
  static CheckpointInfo checked(CheckpointInfo info, byte @Nullable [] seal) {
    if (seal != null && !MessageDigest.isEqual(seal, of(info))) {
      throw new CorruptDataException(
          "Checkpoint " + info.workflow() + "@" + info.version() + ", its row",
          "the seal does not match");
    }
    return info;
  }
}
