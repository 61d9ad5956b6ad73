package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import java.util.Comparator;

/** Dead letters as JSON. */
final class DeadLetterKind implements RecordKind<DeadLetter> {

  @Override
  public String name() {
    return "dead-letters";
  }

  @Override
  public String key(DeadLetter record) {
    return record.key().toString();
  }

  @Override
  public RecordKey identity(DeadLetter record) {
    return new RecordKey(record.key().job().value(), record.key().item().value());
  }

  @Override
  public Comparator<DeadLetter> order() {
    return Comparator.<DeadLetter, String>comparing(
            letter -> letter.key().job().value(), Names.ORDER)
        .thenComparing(letter -> letter.key().item().value(), Names.ORDER);
  }

  @Override
  public Json encode(DeadLetter record) {
    DeadLetterState state = record.state();
    return new JsonWriter()
        .text("job", record.key().job().value())
        .text("item", record.key().item().value())
        .flag("eligible", state.eligible())
        .time("availableAt", state.availableAt())
        .number("token", state.token())
        .text("owner", state.owner())
        .time("createdAt", record.createdAt())
        .time("updatedAt", record.updatedAt())
        .array("failures", record.failures().stream().map(Failure::encode).toList())
        .json("data", record.data())
        .end();
  }

  @Override
  public DeadLetter decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new DeadLetter(
        new DeadLetterKey(new JobId(fields.text("job")), new ItemId(fields.text("item"))),
        fields.json("data"),
        JsonFields.elements(fields.json("failures")).stream().map(Failure::decode).toList(),
        new DeadLetterState(
            fields.flag("eligible"),
            fields.time("availableAt"),
            fields.number("token"),
            fields.textOrNull("owner")),
        fields.time("createdAt"),
        fields.time("updatedAt"));
  }
}
