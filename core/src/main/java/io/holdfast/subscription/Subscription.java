package io.holdfast.subscription;

import io.holdfast.InvalidInputException;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import io.holdfast.event.EventFilter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A durable subscription as it is kept.
 *
 * @param name its name
 * @param version grows when it is paused, resumed, rewound, or one of its held jobs is released
 * @param filter which events it is about
 * @param paused true if nobody works on it
 * @param slices all slices, by number
 * @param members who works on it now, by id; not a part of its record
 * @param createdAt when it was created, by the storage's clock
 */
public record Subscription(
    SubscriptionName name,
    long version,
    EventFilter filter,
    boolean paused,
    List<Slice> slices,
    List<Member> members,
    Instant createdAt) {

  /** How subscriptions are named, ordered and written. */
  public static final RecordKind<Subscription> KIND = new SubscriptionKind();

  /** Copies the lists, cuts the time, and checks that every slice is there. */
  public Subscription {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(filter, "filter");
    slices = List.copyOf(slices);
    members = List.copyOf(members);
    createdAt = StorageTime.check("created at", createdAt);
    int count = Slice.checkCount(slices.size());
    for (int i = 0; i < count; i++) {
      if (slices.get(i).number() != i) {
        throw new InvalidInputException("subscription " + name, "has no slice " + i);
      }
    }
  }

  /** Everything up to here has been handled: the position of the slice that is furthest behind. */
  public Position position() {
    return smallest(slices);
  }

  /** The smallest position of {@code slices}; the beginning if there is none. */
  static Position smallest(List<Slice> slices) {
    return slices.stream()
        .map(Slice::position)
        .reduce((a, b) -> a.covers(b) ? b : a)
        .orElse(Position.BEGINNING);
  }
}
