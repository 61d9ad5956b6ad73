package io.holdfast.checkpoint.work;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** States as JSON, and what makes a state a good one. */
final class WorkStateForm {

  private static final String WHAT = "Work state";
  private static final long FORMAT = 1;

  private WorkStateForm() {}

  static Json encode(WorkState state) {
    Json written =
        new JsonWriter()
            .number("format", FORMAT)
            .text("definition", state.definition())
            .texts("phases", state.phases())
            .text("phase", state.phase())
            .json("counts", counts(state.items()))
            .array("items", state.items().stream().map(WorkItem::encode).toList())
            .json("context", state.context())
            .end();
    // Each document was within the limits by itself; all of them together may not be.
    return Json.ofUtf8(written.utf8());
  }

  static Json metadata(WorkState state, String reason) {
    return new JsonWriter()
        .text("reason", Names.check("reason", reason))
        .text("phase", state.phase())
        .json("counts", counts(state.items()))
        .flag("final", state.isDone())
        .end();
  }

  static Json counts(List<WorkItem> items) {
    JsonWriter writer = new JsonWriter();
    for (WorkStatus status : WorkStatus.values()) {
      long count = items.stream().filter(item -> item.status() == status).count();
      writer = writer.number(status.text(), count);
    }
    return writer.end();
  }

  static WorkState decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    if (fields.number("format") != FORMAT) {
      throw new InvalidInputException(
          "work state", "format " + fields.number("format") + ", known is " + FORMAT);
    }
    try {
      return read(fields);
    } catch (InvalidInputException | ConflictException e) {
      throw new CorruptDataException(WHAT, "it has what it must not have, " + e.getMessage(), e);
    }
  }

  private static WorkState read(JsonFields fields) {
    List<String> phases =
        JsonFields.elements(fields.json("phases")).stream().map(WorkStateForm::text).toList();
    requirePhases(phases);
    int phase = place(phases, fields.text("phase"));
    List<WorkItem> items =
        JsonFields.elements(fields.json("items")).stream().map(WorkItem::decode).toList();
    items.forEach(item -> requireFits(item, place(phases, item.phase()), phase));
    if (!counts(items).equals(fields.json("counts"))) {
      throw new CorruptDataException(
          WHAT, "it announces " + fields.json("counts") + ", but has " + counts(items));
    }
    return new WorkState(
        fields.text("definition"),
        phases,
        phase,
        WorkItems.NONE.plus(items),
        fields.json("context"));
  }

  private static String text(Json json) {
    JsonNode node = json.tree();
    if (!node.isString()) {
      throw new CorruptDataException(WHAT, "phase " + json + " is not a string");
    }
    return node.stringValue();
  }

  private static void requireFits(WorkItem item, int place, int phase) {
    boolean fits =
        place == phase
            || (place < phase ? item.status().isSettled() : item.status() == WorkStatus.PENDING);
    if (!fits) {
      throw new CorruptDataException(
          WHAT,
          "item "
              + item.id()
              + " of phase "
              + item.phase()
              + ", which is "
              + (place < phase ? "over" : "to come")
              + ", is "
              + item.status().text());
    }
  }

  static void requirePhases(List<String> phases) {
    if (phases.isEmpty()) {
      throw new InvalidInputException("phases", "must not be empty");
    }
    Set<String> seen = new HashSet<>();
    for (String phase : phases) {
      if (!seen.add(Names.check("phase", phase))) {
        throw new InvalidInputException("phases", phase + " is there twice");
      }
    }
  }

  /** Which of the phases {@code phase} is; fails if it is none of them. */
  static int place(List<String> phases, String phase) {
    int place = phases.indexOf(phase);
    if (place < 0) {
      throw new InvalidInputException("phase", phase + " is none of " + phases);
    }
    return place;
  }
}
