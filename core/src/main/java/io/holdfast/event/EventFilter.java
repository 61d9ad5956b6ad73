package io.holdfast.event;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import io.holdfast.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which events are meant: those that meet every condition that is set. Start from {@link #all()} or
 * {@link #job} and narrow it down. Each method says how PostgreSQL finds its events: by an index,
 * or by looking at all there are in the order that is read; months outside a time range are never
 * looked at. In files, a job's events are looked for between its first and its last, and everything
 * else is looked at.
 *
 * @param jobs any of these jobs; empty: any job
 * @param types any of these types; empty: any type
 * @param correlationId this correlation
 * @param agentId this agent
 * @param createdFrom this time or later
 * @param createdBefore before this time
 * @param contains data that {@linkplain Json#contains contains} this
 * @param where all of these conditions on the data
 * @param words all of these words in the strings of the data
 */
public record EventFilter(
    Set<JobId> jobs,
    Set<String> types,
    @Nullable String correlationId,
    @Nullable String agentId,
    @Nullable Instant createdFrom,
    @Nullable Instant createdBefore,
    @Nullable Json contains,
    List<JsonCondition> where,
    Set<String> words) {

  /** How many conditions there may be. */
  public static final int CONDITIONS_MAX = 50;

  /** How many words there may be. */
  public static final int WORDS_MAX = 50;

  private static final EventFilter ALL =
      new EventFilter(Set.of(), Set.of(), null, null, null, null, null, List.of(), Set.of());

  /** Checks names, times, and how much is asked. */
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
    where = List.copyOf(where);
    words = words.stream().flatMap(word -> Words.asked(word).stream()).collect(toUnmodifiableSet());
    requireAtMost(CONDITIONS_MAX, "JSON conditions", where.size());
    requireAtMost(WORDS_MAX, "words to search for", words.size());
  }

  private static void requireAtMost(int most, String what, int size) {
    if (size > most) {
      throw new InvalidInputException(what, "at most " + most + ", was " + size);
    }
  }

  /** Every event. */
  public static EventFilter all() {
    return ALL;
  }

  /** Every event of one job; as {@link #withJobs}. */
  public static EventFilter job(JobId job) {
    return ALL.withJobs(Set.of(job));
  }

  /** Only these jobs. The index of a job leads to one; several are looked for in all events. */
  public EventFilter withJobs(Set<JobId> only) {
    return new EventFilter(
        only, types, correlationId, agentId, createdFrom, createdBefore, contains, where, words);
  }

  /** Only these types, any of them. Looks at all events: a type is rarely rare. */
  public EventFilter withTypes(String... only) {
    return new EventFilter(
        jobs,
        Set.of(only),
        correlationId,
        agentId,
        createdFrom,
        createdBefore,
        contains,
        where,
        words);
  }

  /** Only this correlation. An index leads to it. */
  public EventFilter withCorrelation(String only) {
    return new EventFilter(
        jobs, types, only, agentId, createdFrom, createdBefore, contains, where, words);
  }

  /** Only this agent. Looks at all events. */
  public EventFilter withAgent(String only) {
    return new EventFilter(
        jobs, types, correlationId, only, createdFrom, createdBefore, contains, where, words);
  }

  /**
   * Only at {@code from} or later and before {@code before}; {@code null} leaves a side open. Looks
   * at the months of the range only, and at no more than two days by an index on the time.
   */
  public EventFilter within(@Nullable Instant from, @Nullable Instant before) {
    return new EventFilter(
        jobs, types, correlationId, agentId, from, before, contains, where, words);
  }

  /** Only data that contains {@code part}. Looks at all events, unless search is switched on. */
  public EventFilter containing(Json part) {
    return new EventFilter(
        jobs, types, correlationId, agentId, createdFrom, createdBefore, part, where, words);
  }

  /**
   * Only data that meets {@code condition} too. Looks at all events; with search for containment
   * switched on, an index leads to a value that a path of names must be equal to.
   */
  public EventFilter where(JsonCondition condition) {
    List<JsonCondition> all = new ArrayList<>(where);
    all.add(condition);
    return new EventFilter(
        jobs, types, correlationId, agentId, createdFrom, createdBefore, contains, all, words);
  }

  /** As {@link #where(JsonCondition)}, with the {@linkplain JsonCondition#parse text form}. */
  public EventFilter where(String condition) {
    return where(JsonCondition.parse(condition));
  }

  /**
   * Only data in whose strings all words of {@code text} occur, anywhere and in any order. A word
   * is a run of characters other than ASCII punctuation, white space and control characters; ASCII
   * case does not count, nor what comes after its first 100 characters. A text without a word asks
   * for nothing. Looks at all events, and takes them to pieces; with search for text switched on,
   * an index leads to them.
   */
  public EventFilter withText(String text) {
    Set<String> all = new HashSet<>(words);
    all.addAll(Words.asked(text));
    return new EventFilter(
        jobs, types, correlationId, agentId, createdFrom, createdBefore, contains, where, all);
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
        && (contains == null || event.data().contains(contains))
        && ((where.isEmpty() && words.isEmpty()) || matches(event.data().tree()));
  }

  private boolean matches(JsonNode data) {
    return where.stream().allMatch(condition -> condition.holdsIn(data))
        && (words.isEmpty() || Words.in(data).containsAll(words));
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
    json =
        json.text("correlationId", correlationId)
            .text("agentId", agentId)
            .time("createdFrom", createdFrom)
            .time("createdBefore", createdBefore)
            .json("contains", contains);
    if (!where.isEmpty()) {
      json = json.texts("where", where.stream().map(JsonCondition::toString).toList());
    }
    if (!words.isEmpty()) {
      json = json.texts("words", words.stream().sorted(Names.ORDER).toList());
    }
    return json.end();
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
        fields.has("contains") ? fields.json("contains") : null,
        texts(fields, "where").map(JsonCondition::parse).toList(),
        texts(fields, "words").collect(Collectors.toSet()));
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
