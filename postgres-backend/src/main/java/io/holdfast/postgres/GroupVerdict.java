package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.BatchId;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Decides what becomes of each batch of a group, as if they came one after the other. Pure: the
 * heads are locked, and nothing is written before all is decided.
 */
final class GroupVerdict {

  /** What becomes of one batch. */
  sealed interface Outcome {}

  /** It is written, after these versions of its jobs. */
  record Accepted(Numbers before) implements Outcome {}

  /** It was written long ago. */
  record Known() implements Outcome {}

  /** It was written long ago, and this was the result. */
  record Answered(AppendResult result) implements Outcome {}

  /** It is the same as one that is accepted in this group. */
  record Echo(int of) implements Outcome {}

  /** Another transaction holds one of its jobs, or a batch before it waits for one. */
  record Held() implements Outcome {}

  /** One of its jobs is somewhere else. */
  record Refused(ConflictException conflict) implements Outcome {}

  /** Where a job is that another transaction holds. */
  static final long HELD = -1;

  private record FirstJobAndId(JobId job, BatchId id) {}

  private final Map<JobId, Long> heads;
  private final Map<FirstJobAndId, Integer> accepted = new HashMap<>();
  private final Set<JobId> waitedFor = new HashSet<>();

  private GroupVerdict(Map<JobId, Long> heads) {
    this.heads = heads;
  }

  /**
   * Judges {@code batches} in their order and moves {@code heads}, which has every job of theirs.
   */
  static List<Outcome> judge(
      List<EventBatch> batches, Map<JobId, Long> heads, IntPredicate isKnown) {
    GroupVerdict verdict = new GroupVerdict(heads);
    List<Outcome> outcomes = new ArrayList<>(batches.size());
    for (int i = 0; i < batches.size(); i++) {
      outcomes.add(isKnown.test(i) ? new Known() : verdict.judge(i, batches.get(i)));
    }
    return outcomes;
  }

  private Outcome judge(int index, EventBatch batch) {
    FirstJobAndId key = new FirstJobAndId(batch.parts().get(0).job(), batch.id());
    Integer same = accepted.get(key);
    if (same != null) {
      return new Echo(same);
    }
    if (batch.parts().stream().anyMatch(part -> isHeld(part.job()))) {
      // Nothing behind it may pass it, in any of its jobs: they may be chunks of one bulk append.
      batch.parts().forEach(part -> waitedFor.add(part.job()));
      return new Held();
    }
    for (JobEvents part : batch.parts()) {
      long version = heads.getOrDefault(part.job(), 0L);
      if (!part.expected().accepts(version)) {
        return new Refused(conflict(part, version));
      }
    }
    accepted.put(key, index);
    return new Accepted(move(batch));
  }

  private boolean isHeld(JobId job) {
    return heads.getOrDefault(job, 0L) == HELD || waitedFor.contains(job);
  }

  private Numbers move(EventBatch batch) {
    long[] before = new long[batch.parts().size()];
    for (int i = 0; i < before.length; i++) {
      JobEvents part = batch.parts().get(i);
      before[i] = heads.getOrDefault(part.job(), 0L);
      heads.put(part.job(), before[i] + part.events().size());
    }
    return Numbers.of(before);
  }

  private static ConflictException conflict(JobEvents part, long version) {
    return ConflictException.ofVersion(
        "Job", part.job().value(), expected(part.expected()), version);
  }

  /** -1 is "any". */
  static long expected(ExpectedVersion expected) {
    if (expected instanceof ExpectedVersion.Exactly exactly) {
      return exactly.version();
    }
    return expected instanceof ExpectedVersion.None ? 0 : -1;
  }
}
