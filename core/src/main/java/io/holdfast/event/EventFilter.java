package io.holdfast.event;

import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant: those that meet every condition that is set. Start from {@link #all()} or
 * {@link #job} and narrow it down.
 *
 * @param jobs any of these jobs; empty: any job
 * @param types any of these types; empty: any type
 * @param correlationId this correlation
 * @param agentId this agent
 * @param createdFrom this time or later
 * @param createdBefore before this time
 * @param contains data that {@linkplain Json#contains contains} this
 */
public record EventFilter(
    Set<JobId> jobs,
    Set<String> types,
    @Nullable String correlationId,
    @Nullable String agentId,
    @Nullable Instant createdFrom,
    @Nullable Instant createdBefore,
    @Nullable Json contains) {

  private static final EventFilter ALL =
      new EventFilter(Set.of(), Set.of(), null, null, null, null, null);

  /** Checks names and times. */
  public EventFilter {
    jobs = Set.copyOf(jobs);
    types = Set.copyOf(types);
    types.forEach(type -> Names.check("event type", type));
    if (correlationId != null) {
      Names.check("correlation id", correlationId);
    }
    if (agentId != null) {
      Names.check("agent id", agentId);
    }
    createdFrom = createdFrom == null ? null : StorageTime.check("created from", createdFrom);
    createdBefore =
        createdBefore == null ? null : StorageTime.check("created before", createdBefore);
  }

  /** Every event. */
  public static EventFilter all() {
    return ALL;
  }

  /** Every event of one job. */
  public static EventFilter job(JobId job) {
    return ALL.withJobs(Set.of(job));
  }

  /** Only these jobs. */
  public EventFilter withJobs(Set<JobId> only) {
    return new EventFilter(
        only, types, correlationId, agentId, createdFrom, createdBefore, contains);
  }

  /** Only these types. */
  public EventFilter withTypes(String... only) {
    return new EventFilter(
        jobs, Set.of(only), correlationId, agentId, createdFrom, createdBefore, contains);
  }

  /** Only this correlation. */
  public EventFilter withCorrelation(String only) {
    return new EventFilter(jobs, types, only, agentId, createdFrom, createdBefore, contains);
  }

  /** Only this agent. */
  public EventFilter withAgent(String only) {
    return new EventFilter(jobs, types, correlationId, only, createdFrom, createdBefore, contains);
  }

  /** Only at {@code from} or later and before {@code before}; {@code null} leaves a side open. */
  public EventFilter within(@Nullable Instant from, @Nullable Instant before) {
    return new EventFilter(jobs, types, correlationId, agentId, from, before, contains);
  }

  /** Only data that contains {@code part}. */
  public EventFilter containing(Json part) {
    return new EventFilter(jobs, types, correlationId, agentId, createdFrom, createdBefore, part);
  }

  /** True if {@code event} meets every condition. */
  public boolean matches(RecordedEvent event) {
    EventOrigin origin = event.event().origin();
    return (jobs.isEmpty() || jobs.contains(event.job()))
        && (types.isEmpty() || types.contains(event.type()))
        && (correlationId == null || Objects.equals(correlationId, origin.correlationId()))
        && (agentId == null || Objects.equals(agentId, origin.agentId()))
        && (createdFrom == null || !event.createdAt().isBefore(createdFrom))
        && (createdBefore == null || event.createdAt().isBefore(createdBefore))
        && (contains == null || event.data().contains(contains));
  }

  /** As one JSON object: only the conditions that are set, names in order. */
  public Json encode() {
    JsonWriter json = new JsonWriter();
    if (!jobs.isEmpty()) {
      json = json.texts("jobs", jobs.stream().map(JobId::value).sorted(Names.ORDER).toList());
    }
    if (!types.isEmpty()) {
      json = json.texts("types", types.stream().sorted(Names.ORDER).toList());
    }
    return json.text("correlationId", correlationId)
        .text("agentId", agentId)
        .time("createdFrom", createdFrom)
        .time("createdBefore", createdBefore)
        .json("contains", contains)
        .end();
  }

  /** Reads {@link #encode}'s result; throws {@link CorruptDataException} if it is not one. */
  public static EventFilter decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new EventFilter(
        texts(fields, "jobs").map(JobId::new).collect(Collectors.toSet()),
        texts(fields, "types").collect(Collectors.toSet()),
        fields.textOrNull("correlationId"),
        fields.textOrNull("agentId"),
        fields.timeOrNull("createdFrom"),
        fields.timeOrNull("createdBefore"),
        fields.has("contains") ? fields.json("contains") : null);
  }

  private static Stream<String> texts(JsonFields fields, String name) {
    return fields.has(name)
        ? JsonFields.elements(fields.json(name)).stream().map(text -> text(name, text))
        : Stream.empty();
  }

  private static String text(String name, Json element) {
    if (!element.tree().isString()) {
      throw new CorruptDataException("Member " + name, "not an array of strings");
    }
    return element.tree().stringValue();
  }
}
