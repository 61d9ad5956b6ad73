package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.BatchId;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Batches that are good together or not at all: each job has to be somewhere before the first of
 * them, and from there on each finds it where it wants it. Most groups are of this kind; for the
 * others somebody has to judge.
 */
final class Chain {

  /** A job, how many of its events come before a part, and which of the batches that part is of. */
  record Part(int batch, Link link, long past, JobEvents events) {}

  /** One job of the chain. */
  static final class Link {
    private final JobId job;
    private final int number;
    private final long expected;
    private long events;

    private Link(JobId job, int number, long expected) {
      this.job = job;
      this.number = number;
      this.expected = expected;
    }

    JobId job() {
      return job;
    }

    /** Its place among the jobs, from 1. */
    int number() {
      return number;
    }

    /** Where it has to be, -1 if anywhere. */
    long expected() {
      return expected;
    }

    /** How many events it gets. */
    long events() {
      return events;
    }

    private boolean isAt(long version) {
      return expected >= 0 && version == expected + events;
    }
  }

  private final List<EventBatch> batches;
  private final Map<JobId, Link> links = new LinkedHashMap<>();
  private final List<Part> parts = new ArrayList<>();

  private Chain(List<EventBatch> batches) {
    this.batches = batches;
  }

  /** Empty if whether one of them is good depends on where a job is. */
  static Optional<Chain> of(List<EventBatch> batches) {
    Chain chain = new Chain(batches);
    Set<BatchId> ids = new HashSet<>();
    for (int i = 0; i < batches.size(); i++) {
      if (!ids.add(batches.get(i).id()) || !chain.add(i + 1, batches.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(chain);
  }

  private boolean add(int number, EventBatch batch) {
    for (JobEvents events : batch.parts()) {
      long expected = GroupVerdict.expected(events.expected());
      Link link = links.get(events.job());
      if (link == null) {
        link = new Link(events.job(), links.size() + 1, expected);
        links.put(events.job(), link);
      } else if (expected >= 0 && !link.isAt(expected)) {
        return false;
      }
      parts.add(new Part(number, link, link.events, events));
      link.events += events.events().size();
    }
    return true;
  }

  List<EventBatch> batches() {
    return batches;
  }

  /** Each job once. */
  List<Link> links() {
    return List.copyOf(links.values());
  }

  /** Batch after batch. */
  List<Part> parts() {
    return parts;
  }

  /** Each part's version before it, when the jobs were at {@code versions}. */
  List<Numbers> before(Numbers versions) {
    List<Numbers> all = new ArrayList<>(batches.size());
    int next = 0;
    for (EventBatch batch : batches) {
      long[] before = new long[batch.parts().size()];
      for (int i = 0; i < before.length; i++) {
        Part part = parts.get(next++);
        before[i] = versions.get(part.link().number - 1) + part.past();
      }
      all.add(Numbers.of(before));
    }
    return all;
  }
}
