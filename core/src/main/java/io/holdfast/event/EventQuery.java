package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Position;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A bounded read of the log.
 *
 * @param filter which events
 * @param order in which order
 * @param start the position to start behind (or, backwards, before); {@code null}: from the end
 *     that the order begins with. Not used in version order
 * @param firstVersion in version order, the first version wanted; otherwise 1
 * @param limit the most events to emit, 1 to {@value #LIMIT_MAX}
 */
public record EventQuery(
    EventFilter filter, Order order, @Nullable Position start, long firstVersion, int limit) {

  /** The default limit. */
  public static final int LIMIT_DEFAULT = 1_000;

  /** The largest limit; for more, use a subscription. */
  public static final int LIMIT_MAX = 10_000_000;

  /** In which order events are emitted. */
  public enum Order {
    /** By position, oldest first. */
    FORWARD,
    /** By position, newest first. */
    BACKWARD,
    /** By version within one job. */
    VERSION
  }

  /** Checks the numbers, and that version order asks for exactly one job. */
  public EventQuery {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(order, "order");
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new InvalidInputException("limit", "must be 1 to " + LIMIT_MAX + ", was " + limit);
    }
    if (firstVersion < 1) {
      throw new InvalidInputException("first version", "must be at least 1, was " + firstVersion);
    }
    if (order == Order.VERSION && filter.jobs().size() != 1) {
      throw new InvalidInputException("event query", "version order is for exactly one job");
    }
  }

  /** From the oldest event on. */
  public static EventQuery forward(EventFilter filter) {
    return new EventQuery(filter, Order.FORWARD, null, 1, LIMIT_DEFAULT);
  }

  /** From the newest event back. */
  public static EventQuery backward(EventFilter filter) {
    return new EventQuery(filter, Order.BACKWARD, null, 1, LIMIT_DEFAULT);
  }

  /** The history of one job from version 1 on. */
  public static EventQuery job(JobId job) {
    return new EventQuery(EventFilter.job(job), Order.VERSION, null, 1, LIMIT_DEFAULT);
  }

  /** Starts behind {@code position}; backwards, before it. */
  public EventQuery from(Position position) {
    return new EventQuery(filter, order, position, firstVersion, limit);
  }

  /** In version order, starts with {@code version}. */
  public EventQuery fromVersion(long version) {
    return new EventQuery(filter, order, start, version, limit);
  }

  /** Emits no more than {@code most} events. */
  public EventQuery limit(int most) {
    return new EventQuery(filter, order, start, firstVersion, most);
  }
}
