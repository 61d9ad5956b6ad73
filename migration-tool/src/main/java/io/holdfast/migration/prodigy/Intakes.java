package io.holdfast.migration.prodigy;

import io.holdfast.JsonWriter;
import io.holdfast.UnavailableException;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.Intake.Action;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of everything that was found, and writes a line of JSON for all that was not
 * simply imported.
 */
final class Intakes implements Witness, AutoCloseable {

  static final String WORKFLOWS = Workflow.KIND.name();
  static final String SESSIONS = Session.KIND.name();
  static final String CHECKPOINTS = Checkpoint.KIND.name();
  static final String LETTERS = DeadLetter.KIND.name();
  static final String EVENTS = RecordedEvent.KIND.name();
  static final String MAPPINGS = "mappings";
  static final String WORKTREES = "worktrees";
  static final String FILES = "files";

  private static final List<String> KINDS =
      List.of(WORKFLOWS, SESSIONS, CHECKPOINTS, LETTERS, EVENTS, MAPPINGS, WORKTREES, FILES);

  private final Map<String, Map<Action, Map<String, Long>>> counts = new LinkedHashMap<>();
  private final @Nullable Path file;
  private final @Nullable OutputStream lines;

  /** {@code file} gets the lines, if there is one; it is written anew. */
  Intakes(@Nullable Path file) throws IOException {
    KINDS.forEach(kind -> counts.put(kind, new TreeMap<>()));
    this.file = file;
    lines = file == null ? null : new BufferedOutputStream(Files.newOutputStream(file));
  }

  @Override
  public void sees(String kind, Action action, String reason, Place place, String detail) {
    count(kind, action, reason, 1);
    if (lines == null || action == Action.IMPORTED) {
      return;
    }
    JsonWriter line = new JsonWriter().text("file", place.file().name());
    if (place.line() > 0) {
      line = line.number("line", place.line());
    }
    if (place.element() > 0) {
      line = line.number("element", place.element());
    }
    line =
        line.number("offset", place.offset())
            .text("kind", kind)
            .text("action", action.name().toLowerCase(Locale.ROOT))
            .text("reason", reason)
            .text("detail", detail.isEmpty() ? null : detail);
    try {
      lines.write(line.end().utf8());
      lines.write('\n');
    } catch (IOException e) {
      throw new UnavailableException("Cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  /** What was counted as imported turns out to be part of something else. */
  void merged(String kind, String reason, Place place) {
    count(kind, Action.IMPORTED, "", -1);
    sees(kind, Action.MERGED, reason, place, "");
  }

  private void count(String kind, Action action, String reason, long more) {
    counts
        .computeIfAbsent(kind, unknown -> new TreeMap<>())
        .computeIfAbsent(action, unknown -> new TreeMap<>())
        .merge(reason, more, Long::sum);
  }

  /** How many records of {@code kind} are imported. */
  long imported(String kind) {
    return counts
        .getOrDefault(kind, Map.of())
        .getOrDefault(Action.IMPORTED, Map.of())
        .values()
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /** True if there was nothing that belongs to Prodigy. */
  boolean isEmpty() {
    return counts.entrySet().stream()
        .allMatch(kind -> kind.getKey().equals(FILES) || kind.getValue().isEmpty());
  }

  /** All counts: by kind, by what became of them, by why. */
  List<Intake> all() {
    List<Intake> all = new ArrayList<>();
    counts.forEach(
        (kind, actions) ->
            actions.forEach(
                (action, reasons) ->
                    reasons.forEach(
                        (reason, count) -> all.add(new Intake(kind, action, reason, count)))));
    return all.stream().filter(intake -> intake.count() > 0).toList();
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
