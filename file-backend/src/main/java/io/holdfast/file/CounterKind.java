package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import java.util.Comparator;

/** Counters as JSON. */
final class CounterKind implements RecordKind<Counter> {

  @Override
  public String name() {
    return "counters";
  }

  @Override
  public String key(Counter record) {
    return record.name();
  }

  @Override
  public Comparator<Counter> order() {
    return Comparator.comparing(Counter::name, Names.ORDER);
  }

  @Override
  public Json encode(Counter record) {
    return new JsonWriter().text("name", record.name()).number("value", record.value()).end();
  }

  @Override
  public Counter decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Counter(fields.text("name"), fields.number("value"));
  }
}
