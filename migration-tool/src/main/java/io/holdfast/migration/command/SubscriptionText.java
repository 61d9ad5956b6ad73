package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.StorageTime;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Member;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionStatus;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Durable subscriptions as people and programs read them. */
final class SubscriptionText {

  private static final String COLUMNS = "%-28s  %-7s  %7s  %6s  %14s  %9s  %9s%n";

  private SubscriptionText() {}

  /** A table, a subscription a line. */
  static void table(PrintWriter out, List<SubscriptionStatus> all) {
    out.printf(
        Locale.ROOT, COLUMNS, "name", "state", "members", "slices", "position", "lag", "held");
    all.forEach(status -> line(out, status));
    out.flush();
  }

  private static void line(PrintWriter out, SubscriptionStatus status) {
    Subscription subscription = status.subscription();
    out.printf(
        Locale.ROOT,
        COLUMNS,
        subscription.name(),
        state(status),
        subscription.members().size(),
        subscription.slices().size(),
        subscription.position(),
        lag(status),
        status.held().size());
  }

  private static String lag(SubscriptionStatus status) {
    return status.lag() == null ? "-" : String.format(Locale.ROOT, "%,d", status.lag());
  }

  private static String state(SubscriptionStatus status) {
    if (status.subscription().paused()) {
      return "paused";
    }
    return status.subscription().members().isEmpty() ? "idle" : "running";
  }

  /** Everything about one, in lines. */
  static void details(PrintWriter out, SubscriptionStatus status) {
    Subscription subscription = status.subscription();
    field(out, "name", subscription.name());
    field(out, "state", state(status));
    field(out, "filter", subscription.filter().encode());
    field(out, "created", StorageTime.format(subscription.createdAt()));
    field(out, "position", subscription.position() + " of " + status.head());
    field(out, "lag", lag(status));
    field(out, "slices", subscription.slices().size());
    for (Member member : subscription.members()) {
      field(
          out,
          "member",
          "%s, %d slices, lease until %s"
              .formatted(member.id(), member.slices(), StorageTime.format(member.leaseUntil())));
    }
    for (HeldJob held : status.held()) {
      field(
          out,
          held.released() ? "released job" : "held job",
          held.job() + ", since " + StorageTime.format(held.changedAt()));
    }
    out.flush();
  }

  private static void field(PrintWriter out, String name, Object value) {
    out.printf(Locale.ROOT, "%-12s  %s%n", name, value);
  }

  static Json json(SubscriptionStatus status) {
    Subscription subscription = status.subscription();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", subscription.name().value());
    json.put("state", state(status));
    json.put("version", subscription.version());
    json.put("filter", subscription.filter().encode().tree());
    json.put("createdAt", StorageTime.format(subscription.createdAt()));
    json.put("position", subscription.position().value());
    json.put("head", status.head().value());
    json.put("lag", status.lag());
    json.put("slices", subscription.slices().stream().map(SubscriptionText::slice).toList());
    json.put("members", subscription.members().stream().map(SubscriptionText::member).toList());
    json.put("held", status.held().stream().map(SubscriptionText::held).toList());
    return Json.from(json);
  }

  private static Map<String, Object> slice(Slice slice) {
    return Map.of(
        "number", slice.number(), "token", slice.token(), "position", slice.position().value());
  }

  private static Map<String, Object> member(Member member) {
    return Map.of(
        "id", member.id(),
        "slices", member.slices(),
        "leaseUntil", StorageTime.format(member.leaseUntil()));
  }

  private static Map<String, Object> held(HeldJob held) {
    return Map.of(
        "job", held.job().value(),
        "released", held.released(),
        "changedAt", StorageTime.format(held.changedAt()));
  }
}
