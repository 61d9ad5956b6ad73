package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a group asks for.
 *
 * @param jobs all of them, each once
 * @param positions how many positions are to be drawn beforehand: one for each event, or none when
 *     nobody wants to know where each went
 */
record AskedGroup(List<EventBatch> batches, List<JobId> jobs, int positions) {

  private static final long DAY_SECONDS = 24 * 60 * 60;

  static AskedGroup of(List<AppendRequest> requests) {
    List<EventBatch> batches = new ArrayList<>(requests.size());
    Set<JobId> jobs = new LinkedHashSet<>();
    int events = 0;
    boolean isPlaced = false;
    for (AppendRequest request : requests) {
      batches.add(request.batch());
      request.batch().parts().forEach(part -> jobs.add(part.job()));
      events += request.events();
      isPlaced |= request.needsPlaces();
    }
    return new AskedGroup(batches, List.copyOf(jobs), isPlaced ? events : 0);
  }

  String[] jobNames() {
    return names(jobs, JobId::value);
  }

  String[] firstJobs() {
    return names(batches, AskedGroup::firstJob);
  }

  String[] batchIds() {
    return names(batches, batch -> batch.id().value());
  }

  static String firstJob(EventBatch batch) {
    return batch.parts().get(0).job().value();
  }

  static <T> String[] names(List<T> things, Function<T, String> name) {
    String[] names = new String[things.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = name.apply(things.get(i));
    }
    return names;
  }

  /** True if the storage's clock decides about an event. */
  boolean hasUndated() {
    return batches.stream()
        .flatMap(batch -> batch.parts().stream())
        .flatMap(part -> part.events().stream())
        .anyMatch(event -> event.createdAt() == null);
  }

  /** The times that callers have set; of several that follow each other on one day, the first. */
  Stream<Instant> times() {
    List<Instant> times = new ArrayList<>();
    long day = Long.MIN_VALUE;
    for (EventBatch batch : batches) {
      for (JobEvents part : batch.parts()) {
        for (Event event : part.events()) {
          Instant time = event.createdAt();
          if (time != null && Math.floorDiv(time.getEpochSecond(), DAY_SECONDS) != day) {
            day = Math.floorDiv(time.getEpochSecond(), DAY_SECONDS);
            times.add(time);
          }
        }
      }
    }
    return times.stream();
  }
}
