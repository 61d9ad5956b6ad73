package io.holdfast.subscription;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.event.EventFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Subscriptions as JSON, without who works on them. */
final class SubscriptionKind implements RecordKind<Subscription> {

  @Override
  public String name() {
    return "subscriptions";
  }

  @Override
  public String key(Subscription record) {
    return record.name().value();
  }

  @Override
  public Comparator<Subscription> order() {
    return Comparator.comparing(subscription -> subscription.name().value(), Names.ORDER);
  }

  @Override
  public Json encode(Subscription record) {
    return new JsonWriter()
        .text("name", record.name().value())
        .number("version", record.version())
        .json("filter", record.filter().encode())
        .flag("paused", record.paused())
        .time("createdAt", record.createdAt())
        .array("slices", record.slices().stream().map(SubscriptionKind::slice).toList())
        .end();
  }

  private static Json slice(Slice slice) {
    return new JsonWriter()
        .number("token", slice.token())
        .text("position", slice.position().value())
        .end();
  }

  @Override
  public Subscription decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    List<Slice> slices = new ArrayList<>();
    for (Json slice : JsonFields.elements(fields.json("slices"))) {
      JsonFields parts = JsonFields.of(slice);
      slices.add(
          new Slice(slices.size(), parts.number("token"), new Position(parts.text("position"))));
    }
    try {
      return new Subscription(
          new SubscriptionName(fields.text("name")),
          fields.number("version"),
          EventFilter.decode(fields.json("filter")),
          fields.flag("paused"),
          slices,
          List.of(),
          fields.time("createdAt"));
    } catch (InvalidInputException e) {
      throw new CorruptDataException("Subscription", String.valueOf(e.getMessage()), e);
    }
  }
}
