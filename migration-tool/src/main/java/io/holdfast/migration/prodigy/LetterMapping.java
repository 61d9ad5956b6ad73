package io.holdfast.migration.prodigy;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dead letter of any layout. What is known of a failure stands in its details; what is known of
 * the item as a whole stands in those of the newest failure, under {@code _prodigy}.
 */
final class LetterMapping {

  private static final String HISTORY = "failure_history";

  private static final String UNKNOWN = "Unknown";

  private final Members from;
  private final @Nullable String directoryJob;

  private LetterMapping(Members from, @Nullable String directoryJob) {
    this.from = from;
    this.directoryJob = directoryJob;
  }

  /** {@code from} as a dead letter; fails with {@link Rejected} if it cannot be one. */
  static DeadLetter map(Shape shape, Members from, @Nullable String directoryJob) {
    LetterMapping mapping = new LetterMapping(from, directoryJob);
    return shape == Shape.OLD_LETTER ? mapping.old() : mapping.today();
  }

  private DeadLetter today() {
    List<Failure> failures = failures(from.node(HISTORY));
    Instant first = from.time("first_attempt");
    Instant last = last(failures);
    Instant oldest = first == null ? earliest(failures, last) : first;
    return letter("item_id", "item_data", failures, oldest, last == null ? oldest : last);
  }

  /** The documentation of Prodigy calls it {@code last_failure}. */
  private @Nullable Instant last(List<Failure> failures) {
    Instant last = from.time("last_attempt");
    last = last == null ? from.time("last_failure") : last;
    if (last != null) {
      return last;
    }
    from.notes().add(Notes.TIME_ASSUMED);
    return failures.stream().map(Failure::at).max(Instant::compareTo).orElse(null);
  }

  private DeadLetter old() {
    Instant at = from.requiredTime("enqueued_at");
    Failure failure =
        new Failure(
            attempt(from.number("retry_count", 1)),
            at,
            UNKNOWN,
            kept(from.text("last_error", "")),
            Json.EMPTY);
    return letter("id", "work_item", List.of(failure), at, at);
  }

  private DeadLetter letter(
      String id, String data, List<Failure> failures, Instant created, Instant updated) {
    JsonNode item = from.node(data);
    return new DeadLetter(
        new DeadLetterKey(new JobId(job()), new ItemId(from.required(id))),
        item == null ? Json.EMPTY : Document.json(item),
        withRest(failures.isEmpty() ? List.of(assumed(updated)) : failures, placed(data)),
        new DeadLetterState(from.flag("reprocess_eligible", true), updated, 0, null),
        created,
        updated);
  }

  /** What has a place of its own in the dead letter; a history that is none has not. */
  private Set<String> placed(String data) {
    JsonNode history = from.node(HISTORY);
    boolean isRead = data.equals("item_data") && (history == null || history.isArray());
    return isRead ? Set.of(data, HISTORY) : Set.of(data);
  }

  private String job() {
    String job = from.text("job_id");
    if (job == null && directoryJob == null) {
      throw new Rejected("missing-job-id", "no directory of a job");
    }
    return job == null ? String.valueOf(directoryJob) : job;
  }

  private List<Failure> failures(@Nullable JsonNode history) {
    List<Failure> failures = new ArrayList<>();
    if (history != null && history.isArray()) {
      for (JsonNode failure : history) {
        int before = failures.isEmpty() ? 0 : failures.get(failures.size() - 1).attempt();
        failures.add(failure(failure, before));
      }
    }
    return failures;
  }

  /**
   * Attempts go up from one failure to the next, as that tells a repeated report from a new one.
   */
  private Failure failure(JsonNode failure, int before) {
    if (!(failure instanceof ObjectNode object)) {
      throw new Rejected(Rejected.UNRECOGNISED, "a failure that is not an object");
    }
    Members members = new Members(object, from.notes());
    long number = members.number("attempt_number", before + 1L);
    int attempt = Math.max(before + 1, attempt(number));
    if (attempt != number) {
      from.notes().add(Notes.ATTEMPTS_RENUMBERED);
    }
    JsonNode type = members.node("error_type");
    String name = type == null ? null : members.usable("error type", Texts.variant(type));
    return new Failure(
        attempt,
        members.requiredTime("timestamp"),
        name == null ? UNKNOWN : name,
        kept(members.text("error_message", members.text("error", ""))),
        Document.json(object));
  }

  private static int attempt(long number) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE / 2, number));
  }

  private String kept(String text) {
    return String.valueOf(Texts.kept(text, from.notes()));
  }

  private Failure assumed(Instant at) {
    from.notes().add(Notes.HISTORY_MISSING);
    return new Failure(
        attempt(from.number("failure_count", 1)),
        at,
        UNKNOWN,
        kept(from.text("error_signature", "")),
        Json.EMPTY);
  }

  private List<Failure> withRest(List<Failure> failures, Set<String> placed) {
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    from.object().properties().stream()
        .filter(member -> !placed.contains(member.getKey()))
        .forEach(member -> rest.set(member.getKey(), member.getValue()));
    Failure newest = failures.get(failures.size() - 1);
    ObjectNode details = (ObjectNode) newest.details().tree();
    details.set("_prodigy", rest);
    List<Failure> all = new ArrayList<>(failures.subList(0, failures.size() - 1));
    all.add(
        new Failure(
            newest.attempt(),
            newest.at(),
            newest.errorType(),
            newest.message(),
            Document.json(details)));
    return all;
  }

  private Instant earliest(List<Failure> failures, @Nullable Instant last) {
    from.notes().add(Notes.TIME_ASSUMED);
    if (!failures.isEmpty()) {
      return failures.get(0).at();
    }
    if (last == null) {
      throw new Rejected("missing-first-attempt", "no time at all");
    }
    return last;
  }
}
