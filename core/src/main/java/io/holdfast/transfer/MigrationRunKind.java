package io.holdfast.transfer;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import java.time.Duration;
import java.util.Comparator;

/** Runs as JSON. */
final class MigrationRunKind implements RecordKind<MigrationRun> {

  @Override
  public String name() {
    return "migrations";
  }

  @Override
  public String key(MigrationRun record) {
    return record.source();
  }

  @Override
  public Comparator<MigrationRun> order() {
    return Comparator.comparing(MigrationRun::source, Names.ORDER);
  }

  @Override
  public Json encode(MigrationRun record) {
    return new JsonWriter()
        .text("source", record.source())
        .text("state", record.state().name())
        .number("token", record.token())
        .text("holder", record.holder())
        .number("leaseMillis", record.lease().toMillis())
        .time("leasedUntil", record.leasedUntil())
        .time("startedAt", record.startedAt())
        .time("updatedAt", record.updatedAt())
        .array("sums", record.sums().stream().map(KindSum::encode).toList())
        .end();
  }

  @Override
  public MigrationRun decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new MigrationRun(
        fields.text("source"),
        MigrationState.of(fields.text("state")),
        fields.number("token"),
        fields.text("holder"),
        Duration.ofMillis(fields.number("leaseMillis")),
        fields.time("leasedUntil"),
        fields.time("startedAt"),
        fields.time("updatedAt"),
        JsonFields.elements(fields.json("sums")).stream().map(KindSum::decode).toList());
  }
}
