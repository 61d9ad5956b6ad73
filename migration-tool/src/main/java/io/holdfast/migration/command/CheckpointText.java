package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.JsonParts;
import io.holdfast.NotFoundException;
import io.holdfast.StorageTime;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.IntactCheckpoint;
import io.holdfast.checkpoint.StateDigest;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Checkpoints as people and programs read them. */
final class CheckpointText {

  private static final int METADATA_MAX = 60;

  private CheckpointText() {}

  /** A table, a checkpoint a line. */
  static void table(PrintWriter out, List<CheckpointInfo> infos) {
    Table table =
        new Table().left("workflow").right("version").left("saved").right("bytes").left("metadata");
    infos.forEach(
        info ->
            table.row(
                info.workflow(),
                info.version(),
                StorageTime.format(info.createdAt()),
                String.format(Locale.ROOT, "%,d", info.sizeBytes()),
                cut(info.metadata().toString())));
    table.print(out);
  }

  /** Fails if the workflow has no checkpoint at all: it may be a slip of the pen. */
  static Mono<Void> requireKnown(UnifiedStorage opened, WorkflowId workflow) {
    return opened
        .checkpoints()
        .list(workflow, 1)
        .switchIfEmpty(
            Mono.error(() -> new NotFoundException("Checkpoint of workflow", workflow.value())))
        .then();
  }

  private static String cut(String text) {
    return text.length() <= METADATA_MAX ? text : text.substring(0, METADATA_MAX) + "...";
  }

  static Json json(CheckpointInfo info) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("workflow", info.workflow().value());
    json.put("version", info.version());
    json.put("createdAt", StorageTime.format(info.createdAt()));
    json.put("metadata", info.metadata().tree());
    json.put("sizeBytes", info.sizeBytes());
    json.put("sha256", info.sha256());
    return Json.from(json);
  }

  /** Everything about one, in lines; of its state, what makes it large. */
  static void details(PrintWriter out, IntactCheckpoint found) {
    Checkpoint checkpoint = found.checkpoint();
    StateDigest digest = StateDigest.of(checkpoint.content().state());
    field(out, "workflow", checkpoint.workflow());
    field(out, "version", checkpoint.version());
    field(out, "saved", StorageTime.format(checkpoint.createdAt()));
    field(out, "metadata", checkpoint.content().metadata());
    field(out, "state", String.format(Locale.ROOT, "%,d bytes", digest.sizeBytes()));
    field(out, "", JsonParts.largest(checkpoint.content().state().canonical()));
    field(out, "SHA-256", digest.sha256());
    for (IntactCheckpoint.Skipped skipped : found.skipped()) {
      field(out, "skipped", String.valueOf(skipped.damage().getMessage()));
    }
    out.flush();
  }

  private static void field(PrintWriter out, String name, Object value) {
    out.printf(Locale.ROOT, "%-9s  %s%n", name, value);
  }

  /** The whole record, and what was passed over if anything was. */
  static Json json(IntactCheckpoint found) {
    Checkpoint checkpoint = found.checkpoint();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("workflow", checkpoint.workflow().value());
    json.put("version", checkpoint.version());
    json.put("createdAt", StorageTime.format(checkpoint.createdAt()));
    json.put("metadata", checkpoint.content().metadata().tree());
    json.put("state", checkpoint.content().state().tree());
    json.put("skipped", found.skipped().stream().map(CheckpointText::skipped).toList());
    return Json.from(json);
  }

  private static Map<String, Object> skipped(IntactCheckpoint.Skipped skipped) {
    return Map.of(
        "version", skipped.version(), "damage", String.valueOf(skipped.damage().getMessage()));
  }
}
