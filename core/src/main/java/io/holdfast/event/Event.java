package io.holdfast.event;

import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a job.
 *
 * @param type what happened, a {@linkplain Names#check name}
 * @param data the details
 * @param origin who says so
 * @param createdAt when it happened; {@code null} lets the storage's clock decide at the append. It
 *     chooses the monthly partition and does not have to grow
 */
public record Event(String type, Json data, EventOrigin origin, @Nullable Instant createdAt) {

  /** Checks type and time. */
  public Event {
    Names.check("event type", type);
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(origin, "origin");
    createdAt = createdAt == null ? null : StorageTime.check("event time", createdAt);
  }

  /** An event of now, from nowhere in particular. */
  public static Event of(String type, Json data) {
    return new Event(type, data, EventOrigin.UNKNOWN, null);
  }

  /** The same event with the caller's own id; it is kept, not enforced to be unique. */
  public Event withId(String id) {
    return withOrigin(new EventOrigin(id, origin.correlationId(), origin.agentId()));
  }

  /** The same event, belonging to a correlation. */
  public Event withCorrelation(String correlationId) {
    return withOrigin(new EventOrigin(origin.id(), correlationId, origin.agentId()));
  }

  /** The same event, reported by an agent. */
  public Event withAgent(String agentId) {
    return withOrigin(new EventOrigin(origin.id(), origin.correlationId(), agentId));
  }

  /** The same event at a time of the caller's. */
  public Event at(Instant time) {
    return new Event(type, data, origin, time);
  }

  private Event withOrigin(EventOrigin changed) {
    return new Event(type, data, changed, createdAt);
  }
}
