package io.holdfast.event;

import io.holdfast.CanonicalWriter;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Position;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import java.security.MessageDigest;
import java.util.Comparator;

/** Events as JSON. */
final class EventKind implements RecordKind<RecordedEvent> {

  /** About what the members take beside the data. */
  private static final int FRAME_BYTES = 300;

  @Override
  public String name() {
    return "events";
  }

  @Override
  public String key(RecordedEvent record) {
    return record.job() + "@" + record.version();
  }

  @Override
  public RecordKey identity(RecordedEvent record) {
    return RecordKey.of(record.job().value(), record.version());
  }

  /**
   * By position: shorter numbers are smaller ones, as positions of one log have no leading zero.
   */
  @Override
  public Comparator<RecordedEvent> order() {
    return Comparator.<RecordedEvent>comparingInt(record -> record.position().value().length())
        .thenComparing(record -> record.position().value());
  }

  @Override
  public Json encode(RecordedEvent record) {
    EventOrigin origin = record.event().origin();
    return new JsonWriter()
        .text("position", record.position().value())
        .text("job", record.job().value())
        .number("version", record.version())
        .text("type", record.type())
        .time("createdAt", record.createdAt())
        .text("id", origin.id())
        .text("correlationId", origin.correlationId())
        .text("agentId", origin.agentId())
        .json("data", record.data())
        .end();
  }

  /**
   * Half of what a migration computes is this. The members are those of {@link #encode}, sorted.
   */
  @Override
  public byte[] canonical(RecordedEvent record) {
    return write(record, new CanonicalWriter(record.data().sizeBytes() + FRAME_BYTES)).end();
  }

  @Override
  public int digest(RecordedEvent record, CanonicalWriter writer, MessageDigest digest) {
    return write(record, writer.begin()).endInto(digest);
  }

  private static CanonicalWriter write(RecordedEvent record, CanonicalWriter writer) {
    EventOrigin origin = record.event().origin();
    return writer
        .text("agentId", origin.agentId())
        .text("correlationId", origin.correlationId())
        .time("createdAt", record.createdAt())
        .json("data", record.data())
        .text("id", origin.id())
        .text("job", record.job().value())
        .text("position", record.position().value())
        .text("type", record.type())
        .number("version", record.version());
  }

  @Override
  public RecordedEvent decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    EventOrigin origin =
        new EventOrigin(
            fields.textOrNull("id"),
            fields.textOrNull("correlationId"),
            fields.textOrNull("agentId"));
    return new RecordedEvent(
        new Position(fields.text("position")),
        new JobId(fields.text("job")),
        fields.number("version"),
        new Event(fields.text("type"), fields.json("data"), origin, fields.time("createdAt")));
  }
}
