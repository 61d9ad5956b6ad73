package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event of either layout. What the line says beside the event, and what was changed in it,
 * stands in its data under {@code _metadata}.
 *
 * @param job the job it belongs to
 * @param event what happened, with its time
 */
record EventMapping(JobId job, Event event) {

  /** When it happened. */
  Instant time() {
    return Objects.requireNonNull(event.createdAt());
  }

  /** The job of events that do not say theirs. */
  static final String UNKNOWN_JOB = "unknown";

  private static final String METADATA = "_metadata";
  private static final String TYPE = "event_type";

  /** How Rust splits {@code DLQ}. */
  private static final String SPLIT_DLQ = "d_l_q_";

  private static final Set<String> PLACED =
      Set.of("id", "timestamp", "correlation_id", "event", "metadata");

  private static final Set<String> PLACED_OLD =
      Set.of("id", "timestamp", "correlation_id", "job_id", TYPE, "data", "agent_id");

  /**
   * {@code line} as an event; fails with {@link Rejected} if it cannot be one.
   *
   * @param directoryJob the job that the place of the file says
   */
  static EventMapping map(Document line, @Nullable String directoryJob) {
    if (!Shape.isEvent(line.tree())) {
      throw new Rejected(Rejected.UNRECOGNISED, "not an event");
    }
    Members from = line.members();
    try {
      return from.node("event") instanceof ObjectNode event
          ? today(from, new Members(event, from.notes()), directoryJob)
          : old(from);
    } catch (InvalidInputException e) {
      throw Rejected.of(e);
    }
  }

  private static EventMapping today(Members from, Members event, @Nullable String directoryJob) {
    String job = job(event, directoryJob);
    ObjectNode metadata = metadata(from, PLACED);
    String type = type(event, metadata);
    EventOrigin origin = origin(from, event, metadata);
    ObjectNode data = event.object();
    data.remove(event.text("job_id") == null ? List.of(TYPE) : List.of(TYPE, "job_id"));
    oneDurationForm(data, from.notes());
    return of(job, type, from, origin, data, metadata);
  }

  private static EventMapping old(Members from) {
    ObjectNode metadata = metadata(from, PLACED_OLD);
    String type = type(from, metadata);
    EventOrigin origin = origin(from, from, metadata);
    JsonNode data = from.node("data");
    return of(
        from.required("job_id"),
        type,
        from,
        origin,
        data == null ? JsonNodeFactory.instance.objectNode() : data,
        metadata);
  }

  private static String type(Members event, ObjectNode metadata) {
    String type = event.required(TYPE);
    if (!type.startsWith(SPLIT_DLQ)) {
      return type;
    }
    metadata.put("original_event_type", type);
    event.notes().add(Notes.EVENT_TYPE);
    return "dlq_" + type.substring(SPLIT_DLQ.length());
  }

  private static EventMapping of(
      String job, String type, Members from, EventOrigin origin, JsonNode data, ObjectNode rest) {
    Instant time = from.requiredTime("timestamp");
    if (from.notes().has(Notes.TIME_CUT)) {
      rest.put("original_timestamp", from.text("timestamp"));
    }
    JsonNode whole = rest.isEmpty() ? data : withMetadata(data, rest);
    return new EventMapping(new JobId(job), new Event(type, Document.json(whole), origin, time));
  }

  private static ObjectNode withMetadata(JsonNode data, ObjectNode rest) {
    ObjectNode whole = data instanceof ObjectNode object ? object : wrap(data);
    JsonNode own = whole.get(METADATA);
    if (own != null) {
      rest.set("original" + METADATA, own);
    }
    whole.set(METADATA, rest);
    return whole;
  }

  private static ObjectNode wrap(JsonNode data) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    whole.set("data", data);
    return whole;
  }

  /** Prodigy itself says nothing of the job in what it hears from its agents. */
  private static String job(Members event, @Nullable String directoryJob) {
    String job = event.text("job_id");
    if (job != null && !job.isEmpty()) {
      return job;
    }
    event.notes().add(directoryJob == null ? Notes.JOB_UNKNOWN : Notes.JOB_FROM_DIRECTORY);
    return directoryJob == null ? UNKNOWN_JOB : directoryJob;
  }

  /** What the line has beside its event: its metadata, and under {@code line} anything else. */
  private static ObjectNode metadata(Members from, Set<String> placed) {
    ObjectNode metadata =
        from.node("metadata") instanceof ObjectNode object && placed.contains("metadata")
            ? object
            : JsonNodeFactory.instance.objectNode();
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    from.object().properties().stream()
        .filter(member -> !placed.contains(member.getKey()))
        .forEach(member -> line.set(member.getKey(), member.getValue()));
    JsonNode other = from.node("metadata");
    if (other != null && !other.isObject()) {
      line.set("metadata", other);
    }
    JsonNode own = metadata.get("line");
    if (own != null && !line.isEmpty()) {
      line.set("line", own);
    }
    if (!line.isEmpty()) {
      metadata.set("line", line);
    }
    return metadata;
  }

  private static EventOrigin origin(Members from, Members event, ObjectNode metadata) {
    if (!from.has("id")) {
      from.notes().add(Notes.ID_MISSING);
    }
    return new EventOrigin(
        name(from, "id", metadata),
        name(from, "correlation_id", metadata),
        name(event, "agent_id", metadata));
  }

  /** A name; what cannot be one is kept beside. */
  private static @Nullable String name(Members members, String name, ObjectNode metadata) {
    String usable = members.name(name);
    JsonNode found = members.node(name);
    if (usable == null && found != null) {
      members.notes().add(Notes.NAME_UNUSABLE);
      metadata.set("original_" + name, found);
    }
    return usable;
  }

  /** {@code [12,500000000]} becomes {@code {"secs":12,"nanos":500000000}}: Prodigy writes both. */
  private static void oneDurationForm(ObjectNode data, Notes notes) {
    if (data.get("duration") instanceof ArrayNode pair
        && pair.size() == 2
        && pair.valueStream().allMatch(JsonNode::isIntegralNumber)) {
      ObjectNode duration = JsonNodeFactory.instance.objectNode();
      duration.set("secs", Objects.requireNonNull(pair.get(0)));
      duration.set("nanos", Objects.requireNonNull(pair.get(1)));
      data.set("duration", duration);
      notes.add(Notes.DURATION_FORM);
    }
  }
}
