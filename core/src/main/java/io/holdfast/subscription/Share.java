package io.holdfast.subscription;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The slices of one member during a term, and which events are theirs. */
final class Share {

  private final int count;
  private final Map<Integer, Slice> slices = new TreeMap<>();

  /** {@code count} is the number of slices that the subscription has. */
  Share(int count, List<Slice> mine) {
    this.count = count;
    mine.forEach(slice -> slices.put(slice.number(), slice));
  }

  boolean has(JobId job) {
    return slices.containsKey(Slice.of(job, count));
  }

  /** Those that are ours and not done yet: slices stand at different positions at first. */
  List<RecordedEvent> owed(List<RecordedEvent> events) {
    List<RecordedEvent> owed = new ArrayList<>(events.size());
    for (RecordedEvent event : events) {
      Slice slice = slices.get(Slice.of(event.job(), count));
      if (slice != null && !slice.position().covers(event.position())) {
        owed.add(event);
      }
    }
    return owed;
  }

  /** The events of each job, in order. */
  static Collection<List<RecordedEvent>> byJob(List<RecordedEvent> events) {
    Map<JobId, List<RecordedEvent>> jobs = new LinkedHashMap<>();
    events.forEach(event -> jobs.computeIfAbsent(event.job(), job -> new ArrayList<>()).add(event));
    return jobs.values();
  }

  /** The events in at most {@code lanes} parts, those of a slice in one of them, in order. */
  Collection<List<RecordedEvent>> byLane(List<RecordedEvent> events, int lanes) {
    Map<Integer, List<RecordedEvent>> parts = new HashMap<>();
    events.forEach(
        event ->
            parts
                .computeIfAbsent(Slice.of(event.job(), count) % lanes, lane -> new ArrayList<>())
                .add(event));
    return parts.values();
  }

  /** Each slice that {@code events} belong to, at its last one of them. */
  List<Slice> after(List<RecordedEvent> events) {
    Map<Integer, Slice> moved = new TreeMap<>();
    for (RecordedEvent event : events) {
      int number = Slice.of(event.job(), count);
      moved.put(number, slice(number).at(event.position()));
    }
    return List.copyOf(moved.values());
  }

  List<Slice> allAt(Position position) {
    return slices.values().stream().map(slice -> slice.at(position)).toList();
  }

  /** The slice of {@code job} where it is: to check its token. */
  List<Slice> fence(JobId job) {
    return List.of(slice(Slice.of(job, count)));
  }

  /** The slices that {@code events} belong to, where they are: to check their tokens. */
  List<Slice> fence(List<RecordedEvent> events) {
    return after(events).stream().map(moved -> slice(moved.number())).toList();
  }

  private Slice slice(int number) {
    Slice slice = slices.get(number);
    if (slice == null) {
      throw new IllegalStateException("Slice " + number + " is not ours");
    }
    return slice;
  }
}
