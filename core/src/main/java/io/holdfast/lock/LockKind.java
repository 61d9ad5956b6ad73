package io.holdfast.lock;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Locks as JSON: an exclusive holder is part of the lock, others are a list. */
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
    boolean exclusive = isExclusive(record);
    Json metadata = exclusive ? record.holders().get(0).metadata() : Json.EMPTY;
    JsonWriter json =
        new JsonWriter()
            .text("name", record.name().value())
            .number("token", record.token())
            .text("owner", exclusive ? record.owner() : null)
            .time("expiresAt", record.expiresAt())
            .json("metadata", metadata.equals(Json.EMPTY) ? null : metadata);
    return exclusive || record.holders().isEmpty()
        ? json.end()
        : json.array("holders", record.holders().stream().map(LockHolder::encode).toList()).end();
  }

  private static boolean isExclusive(LockState record) {
    List<LockHolder> holders = record.holders();
    return holders.size() == 1
        && holders.get(0).holdersMax() == 1
        && holders.get(0).token() == record.token()
        && holders.get(0).expiresAt().equals(record.expiresAt());
  }

  @Override
  public LockState decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    LockName name = new LockName(fields.text("name"));
    long token = fields.number("token");
    Instant expiresAt = fields.time("expiresAt");
    return new LockState(name, token, expiresAt, holders(fields, token, expiresAt));
  }

  private static List<LockHolder> holders(JsonFields fields, long token, Instant expiresAt) {
    if (fields.has("holders")) {
      return JsonFields.elements(fields.json("holders")).stream().map(LockHolder::decode).toList();
    }
    String owner = fields.textOrNull("owner");
    Json metadata = fields.has("metadata") ? fields.json("metadata") : Json.EMPTY;
    return owner == null
        ? List.of()
        : List.of(new LockHolder(owner, token, expiresAt, 1, metadata));
  }
}
