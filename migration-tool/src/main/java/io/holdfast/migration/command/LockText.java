package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.StorageTime;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Locks as people and programs read them. */
final class LockText {

  private LockText() {}

  /** A table, a holder a line. */
  static void table(PrintWriter out, List<LockState> held) {
    Table table =
        new Table()
            .left("name")
            .right("token")
            .left("mode")
            .left("lease until")
            .left("owner")
            .left("metadata");
    held.forEach(lock -> lock.holders().forEach(holder -> row(table, lock, holder)));
    table.print(out);
  }

  private static void row(Table table, LockState lock, LockHolder holder) {
    table.row(
        lock.name(),
        holder.token(),
        mode(holder),
        StorageTime.format(holder.expiresAt()),
        holder.owner(),
        holder.metadata());
  }

  private static String mode(LockHolder holder) {
    return switch (holder.holdersMax()) {
      case 1 -> "exclusive";
      case LockRequest.HOLDERS_MAX -> "shared";
      default -> "one of " + holder.holdersMax();
    };
  }

  static Json json(LockState lock) {
    return members(lock).end();
  }

  private static JsonWriter members(LockState lock) {
    return new JsonWriter()
        .text("name", lock.name().value())
        .number("token", lock.token())
        .time("expiresAt", lock.expiresAt())
        .array("holders", lock.holders().stream().map(LockHolder::encode).toList());
  }

  /** What was released, or would be. */
  static Json released(LockState before, boolean dryRun) {
    return members(before).flag("dryRun", dryRun).end();
  }

  static String sentence(LockState before, boolean dryRun) {
    if (before.holders().isEmpty()) {
      return before.name() + ": nobody holds it";
    }
    String owners =
        before.holders().stream()
            .map(
                holder ->
                    "%s (token %d, until %s)"
                        .formatted(
                            holder.owner(), holder.token(), StorageTime.format(holder.expiresAt())))
            .collect(Collectors.joining(", "));
    return before.name() + (dryRun ? ": would be taken from " : ": taken from ") + owners;
  }
}
