package io.holdfast.event;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import java.time.Instant;
import java.util.Objects;

/**
 * An event as the log keeps it.
 *
 * @param position its place among all events of the store
 * @param job the job it belongs to
 * @param version its place in the job: 1, 2, 3, without holes
 * @param event what happened; its time is always there
 */
public record RecordedEvent(Position position, JobId job, long version, Event event) {

  /** How events are named, ordered and written. */
  public static final RecordKind<RecordedEvent> KIND = new EventKind();

  /** Requires all parts, and the time that the storage has set. */
  public RecordedEvent {
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(event.createdAt(), "createdAt");
  }

  /** What happened. */
  public String type() {
    return event.type();
  }

  /**
   * The details: always the {@linkplain Json#equals same value}, whose text may be spelled in
   * another way, as the storage keeps it or as it was appended.
   */
  public Json data() {
    return event.data();
  }

  /** When it happened. */
  public Instant createdAt() {
    return Objects.requireNonNull(event.createdAt());
  }
}
