package io.holdfast.transfer;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.RecordKind;
import java.util.Comparator;

/** Chunks as JSON. */
final class MigrationChunkKind implements RecordKind<MigrationChunk> {

  @Override
  public String name() {
    return "migration-chunks";
  }

  @Override
  public String key(MigrationChunk record) {
    return record.kind() + "/" + record.number();
  }

  @Override
  public Comparator<MigrationChunk> order() {
    return MigrationChunk.ORDER;
  }

  @Override
  public Json encode(MigrationChunk record) {
    return new JsonWriter()
        .text("kind", record.kind())
        .number("number", record.number())
        .number("records", record.records())
        .text("first", record.first())
        .text("last", record.last())
        .text("sha256", record.sha256())
        .end();
  }

  @Override
  public MigrationChunk decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new MigrationChunk(
        fields.text("kind"),
        fields.number("number"),
        fields.number("records"),
        fields.text("first"),
        fields.text("last"),
        fields.text("sha256"));
  }
}
