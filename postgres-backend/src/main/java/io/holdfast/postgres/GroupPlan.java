package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import io.holdfast.postgres.GroupVerdict.Accepted;
import io.holdfast.postgres.GroupVerdict.Answered;
import io.holdfast.postgres.GroupVerdict.Echo;
import io.holdfast.postgres.GroupVerdict.Held;
import io.holdfast.postgres.GroupVerdict.Known;
import io.holdfast.postgres.GroupVerdict.Outcome;
import io.holdfast.postgres.GroupVerdict.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is decided about a group: what to write, and what to tell whom. */
final class GroupPlan {

  /**
   * What the server says of a group.
   *
   * @param versions where each job is, 0 if it is new, {@link GroupVerdict#HELD} if that is not
   *     known
   * @param positions as many as there are events, in order; none if nobody needs to know them
   * @param known the numbers, from 1, of the batches that were appended before
   * @param nowMicros the server's time, counted as PostgreSQL does
   * @param behind where the sequence was before the first of the positions was drawn
   */
  record Seen(Numbers versions, Numbers positions, Numbers known, long nowMicros, long behind) {}

  private final AskedGroup asked;
  private final Seen seen;
  private final Map<JobId, Long> heads;
  private final List<Outcome> outcomes;
  private volatile long lastPosition;

  private GroupPlan(AskedGroup asked, Seen seen, Map<JobId, Long> heads, List<Outcome> outcomes) {
    this.asked = asked;
    this.seen = seen;
    this.heads = heads;
    this.outcomes = outcomes;
  }

  static GroupPlan of(AskedGroup asked, Seen seen) {
    Map<JobId, Long> heads = new HashMap<>(asked.jobs().size() * 2);
    for (int i = 0; i < seen.versions().size(); i++) {
      heads.put(asked.jobs().get(i), seen.versions().get(i));
    }
    Set<Long> known = seen.known().stream().boxed().collect(Collectors.toSet());
    List<Outcome> outcomes =
        GroupVerdict.judge(asked.batches(), heads, i -> known.contains(i + 1L));
    return new GroupPlan(asked, seen, heads, outcomes);
  }

  AskedGroup asked() {
    return asked;
  }

  boolean hasPositions() {
    return seen.positions().size() > 0;
  }

  /** The highest position, when they were drawn as the rows were written. */
  void drewUpTo(long position) {
    lastPosition = position;
  }

  long behind() {
    return seen.behind();
  }

  /** The months that have events of the group. */
  String[] months() {
    Stream<Instant> now =
        asked.hasUndated() ? Stream.of(CopyRow.time(seen.nowMicros())) : Stream.empty();
    return PositionMonths.of(Stream.concat(asked.times(), now));
  }

  long nowMicros() {
    return seen.nowMicros();
  }

  boolean writesNothing() {
    return outcomes.stream().noneMatch(Accepted.class::isInstance);
  }

  /** The numbers, from 0, of the batches with this kind of outcome. */
  List<Integer> numbersOf(Class<? extends Outcome> kind) {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      if (kind.isInstance(outcomes.get(i))) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  /** A batch has turned out to be known, or to be in conflict with one that is. */
  void settle(int number, Outcome outcome) {
    outcomes.set(number, outcome);
  }

  /** What is to be sent, part after part. */
  List<GroupRows.Run> runs() {
    List<GroupRows.Run> runs = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      EventBatch batch = asked.batches().get(i);
      boolean isAccepted = outcomes.get(i) instanceof Accepted;
      for (int p = 0; p < batch.parts().size(); p++) {
        JobEvents part = batch.parts().get(p);
        if (isAccepted) {
          long before = ((Accepted) outcomes.get(i)).before().get(p);
          runs.add(new GroupRows.Run(part, before, seen.positions(), from));
        }
        from += part.events().size();
      }
    }
    return runs;
  }

  /** The arguments of the statement that notes it all. */
  Sql note(String sql) {
    Heads old = new Heads();
    Heads made = new Heads();
    for (int i = 0; i < seen.versions().size(); i++) {
      JobId job = asked.jobs().get(i);
      long version = heads.getOrDefault(job, 0L);
      if (version != seen.versions().get(i)) {
        (seen.versions().get(i) == 0 ? made : old).add(job, version);
      }
    }
    List<Integer> accepted = numbersOf(Accepted.class);
    List<EventBatch> batches = accepted.stream().map(asked.batches()::get).toList();
    return Sql.of(
        sql,
        old.names(),
        old.versions(),
        made.names(),
        made.versions(),
        AskedGroup.names(batches, AskedGroup::firstJob),
        AskedGroup.names(batches, batch -> batch.id().value()),
        AskedGroup.names(accepted, i -> ((Accepted) outcomes.get(i)).before().toString()),
        seen.behind());
  }

  /** What has become of the positions, after the commit. */
  List<OwnRun> ownRuns() {
    OwnRuns runs = new OwnRuns(seen.positions(), CopyRow.time(seen.nowMicros()));
    for (int i = 0; i < outcomes.size(); i++) {
      EventBatch batch = asked.batches().get(i);
      if (outcomes.get(i) instanceof Accepted accepted) {
        runs.add(batch, accepted.before());
      } else {
        runs.skip(batch.size());
      }
    }
    return runs.list();
  }

  /**
   * Tells each request what has become of it, after the commit; returns those that are still to be
   * written, because another transaction holds their jobs.
   */
  List<AppendRequest> tell(List<AppendRequest> requests) {
    int from = 0;
    Places[] places = new Places[outcomes.size()];
    for (int i = 0; i < places.length; i++) {
      if (outcomes.get(i) instanceof Accepted accepted) {
        places[i] = new Places(accepted.before(), seen.positions(), from, lastPosition);
      }
      from += requests.get(i).events();
    }
    for (int i = 0; i < places.length; i++) {
      tell(requests.get(i), outcomes.get(i), places, i);
    }
    return numbersOf(Held.class).stream().map(requests::get).toList();
  }

  private void tell(AppendRequest request, Outcome outcome, Places[] places, int i) {
    if (outcome instanceof Accepted) {
      request.written(places[i]);
    } else if (outcome instanceof Echo echo) {
      request.answered(places[echo.of()].result(asked.batches().get(echo.of()), true));
    } else if (outcome instanceof Answered answered) {
      request.answered(answered.result());
    } else if (outcome instanceof Refused refused) {
      request.failed(refused.conflict());
    } else if (outcome instanceof Known) {
      throw new IllegalStateException("Batch " + request.batch().id() + " was not looked up");
    }
  }

  /** Jobs and their versions, side by side. */
  private static final class Heads {
    private final List<String> names = new ArrayList<>();
    private final List<Long> versions = new ArrayList<>();

    void add(JobId job, long version) {
      names.add(job.value());
      versions.add(version);
    }

    String[] names() {
      return names.toArray(String[]::new);
    }

    Long[] versions() {
      return versions.toArray(Long[]::new);
    }
  }
}
