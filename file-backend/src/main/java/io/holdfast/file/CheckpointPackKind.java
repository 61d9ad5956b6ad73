package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.content.Pack;
import java.util.Base64;
import java.util.Comparator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Packs as JSON. */
final class CheckpointPackKind implements RecordKind<CheckpointPack> {

  private static final byte[] NOTHING = {};

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  @Override
  public String name() {
    return "checkpoint-packs";
  }

  @Override
  public String key(CheckpointPack record) {
    return record.workflow() + "@" + record.pack().version();
  }

  @Override
  public RecordKey identity(CheckpointPack record) {
    return RecordKey.of(record.workflow().value(), record.pack().version());
  }

  @Override
  public Comparator<CheckpointPack> order() {
    return Comparator.<CheckpointPack, String>comparing(
            record -> record.workflow().value(), Names.ORDER)
        .thenComparingLong(record -> record.pack().version());
  }

  @Override
  public Json encode(CheckpointPack record) {
    Base64.Encoder base64 = Base64.getEncoder();
    return new JsonWriter()
        .text("workflow", record.workflow().value())
        .number("version", record.pack().version())
        .text("directory", base64.encodeToString(record.pack().directory()))
        .text("body", base64.encodeToString(record.pack().body()))
        .end();
  }

  /** By a parser of its own: a pack may be a megabyte, which need not become a string first. */
  @Override
  public CheckpointPack decode(Json json) {
    String workflow = "";
    long version = 0;
    byte[] directory = NOTHING;
    byte[] body = NOTHING;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json.utf8())) {
      JsonToken unused = parser.nextToken();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        unused = parser.nextToken();
        switch (name) {
          case "workflow" -> workflow = parser.getString();
          case "version" -> version = parser.getLongValue();
          case "directory" -> directory = parser.getBinaryValue();
          case "body" -> body = parser.getBinaryValue();
          default -> throw new CorruptDataException("Pack", "unknown member " + name);
        }
      }
      return new CheckpointPack(new WorkflowId(workflow), new Pack(version, directory, body));
    } catch (JacksonException e) {
      throw new CorruptDataException("Pack", e.getOriginalMessage(), e);
    }
  }
}
