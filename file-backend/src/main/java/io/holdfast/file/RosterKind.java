package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.subscription.SubscriptionName;
import java.util.Comparator;
import java.util.List;

/** Rosters as JSON. */
final class RosterKind implements RecordKind<Roster> {

  @Override
  public String name() {
    return "subscription-members";
  }

  @Override
  public String key(Roster record) {
    return record.name().value();
  }

  @Override
  public Comparator<Roster> order() {
    return Comparator.comparing(roster -> roster.name().value(), Names.ORDER);
  }

  @Override
  public Json encode(Roster record) {
    return new JsonWriter()
        .text("name", record.name().value())
        .text("opening", record.opening())
        .array("members", record.members().stream().map(RosterKind::lease).toList())
        .texts("owners", record.owners())
        .end();
  }

  private static Json lease(Roster.Lease lease) {
    return new JsonWriter().text("member", lease.member()).time("until", lease.until()).end();
  }

  @Override
  public Roster decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    List<Roster.Lease> members =
        JsonFields.elements(fields.json("members")).stream()
            .map(JsonFields::of)
            .map(lease -> new Roster.Lease(lease.text("member"), lease.time("until")))
            .toList();
    List<String> owners =
        JsonFields.elements(fields.json("owners")).stream()
            .map(owner -> owner.tree().stringValue())
            .toList();
    return new Roster(
        new SubscriptionName(fields.text("name")), fields.text("opening"), members, owners);
  }
}
