package io.holdfast.lock;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import java.util.Comparator;

/** Locks as JSON. */
final class LockKind implements RecordKind<LockState> {

  @Override
  public String name() {
    return "locks";
  }

  @Override
  public String key(LockState record) {
    return record.name().value();
  }

  @Override
  public Comparator<LockState> order() {
    return Comparator.comparing(lock -> lock.name().value(), Names.ORDER);
  }

  @Override
  public Json encode(LockState record) {
    return new JsonWriter()
        .text("name", record.name().value())
        .number("token", record.token())
        .text("owner", record.owner())
        .time("expiresAt", record.expiresAt())
        .end();
  }

  @Override
  public LockState decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new LockState(
        new LockName(fields.text("name")),
        fields.number("token"),
        fields.textOrNull("owner"),
        fields.time("expiresAt"));
  }
}
