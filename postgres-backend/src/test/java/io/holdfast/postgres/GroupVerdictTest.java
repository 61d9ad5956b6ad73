package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.postgres.GroupVerdict.Accepted;
import io.holdfast.postgres.GroupVerdict.Echo;
import io.holdfast.postgres.GroupVerdict.Held;
import io.holdfast.postgres.GroupVerdict.Known;
import io.holdfast.postgres.GroupVerdict.Outcome;
import io.holdfast.postgres.GroupVerdict.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A group has the outcome that its batches would have one after the other. */
class GroupVerdictTest {

  private static final JobId JOB = new JobId("job");

  @Test
  void a_chain_of_exact_versions_is_accepted_whole() {
    Map<JobId, Long> heads = heads(4L);

    List<Outcome> outcomes = judge(heads, batch("a", part(JOB, 4, 2)), batch("b", part(JOB, 6, 1)));

    assertThat(before(outcomes.get(0))).containsExactly(4L);
    assertThat(before(outcomes.get(1))).containsExactly(6L);
    assertThat(heads).containsEntry(JOB, 7L);
  }

  @Test
  void of_two_that_expect_the_same_version_the_first_wins_and_the_second_is_told_where_it_is() {
    List<Outcome> outcomes =
        judge(heads(4L), batch("a", part(JOB, 4, 2)), batch("b", part(JOB, 4, 1)));

    assertThat(outcomes.get(0)).isInstanceOf(Accepted.class);
    assertThat(((Refused) outcomes.get(1)).conflict().actual()).isEqualTo("at version 6");
  }

  @Test
  void a_refusal_moves_nothing() {
    Map<JobId, Long> heads = heads(4L);
    JobId other = new JobId("other");
    heads.put(other, 0L);

    List<Outcome> outcomes =
        judge(heads, batch("a", part(other, -1, 3), part(JOB, 9, 1)), batch("b", part(JOB, 4, 1)));

    assertThat(outcomes.get(0)).isInstanceOf(Refused.class);
    assertThat(outcomes.get(1)).isInstanceOf(Accepted.class);
    assertThat(heads).containsEntry(other, 0L).containsEntry(JOB, 5L);
  }

  @Test
  void the_same_batch_again_is_an_echo_of_the_first() {
    EventBatch twice = batch("a", part(JOB, 4, 1));

    assertThat(judge(heads(4L), twice, twice).get(1)).isEqualTo(new Echo(0));
  }

  @Test
  void the_same_batch_again_is_judged_anew_when_the_first_was_refused() {
    EventBatch twice = batch("a", part(JOB, 5, 1));

    List<Outcome> outcomes = judge(heads(4L), twice, batch("b", part(JOB, -1, 1)), twice);

    assertThat(outcomes.get(0)).isInstanceOf(Refused.class);
    assertThat(outcomes.get(2)).isInstanceOf(Accepted.class);
  }

  @Test
  void a_batch_over_a_job_that_another_holds_is_put_off_whole_and_not_passed() {
    Map<JobId, Long> heads = heads(GroupVerdict.HELD);
    JobId other = new JobId("other");
    JobId third = new JobId("third");
    heads.put(other, 3L);
    heads.put(third, 7L);

    List<Outcome> outcomes =
        judge(
            heads,
            batch("before", part(other, 3, 1)),
            batch("waits", part(other, -1, 1), part(JOB, 4, 1)),
            batch("behind it", part(other, -1, 1)),
            batch("elsewhere", part(third, 7, 1)));

    assertThat(outcomes.get(0)).isInstanceOf(Accepted.class);
    assertThat(outcomes.get(1)).isInstanceOf(Held.class);
    assertThat(outcomes.get(2))
        .as("would give the later event the lower version")
        .isInstanceOf(Held.class);
    assertThat(outcomes.get(3)).isInstanceOf(Accepted.class);
    assertThat(heads).containsEntry(other, 4L).containsEntry(JOB, GroupVerdict.HELD);
  }

  @Test
  void a_batch_that_is_known_is_not_judged() {
    List<Outcome> outcomes =
        GroupVerdict.judge(List.of(batch("a", part(JOB, 1, 1))), heads(4L), number -> true);

    assertThat(outcomes).containsExactly(new Known());
  }

  /** The model appends to real lists, one batch after the other. */
  @Property
  void a_group_is_a_series(@ForAll long seed) {
    Random random = new Random(seed);
    Map<JobId, List<String>> jobs = new HashMap<>();
    Map<JobId, Long> heads = new HashMap<>();
    for (int n = 0; n < 4; n++) {
      int length = random.nextInt(3);
      jobs.put(new JobId("job-" + n), new ArrayList<>(Collections.nCopies(length, "old")));
      heads.put(new JobId("job-" + n), (long) length);
    }
    List<EventBatch> batches = new ArrayList<>();
    for (int n = 0; n < 1 + random.nextInt(12); n++) {
      batches.add(randomBatch(random, "batch-" + n));
    }

    List<Outcome> outcomes = GroupVerdict.judge(batches, heads, number -> false);

    for (int n = 0; n < batches.size(); n++) {
      assertThat(outcomes.get(n) instanceof Accepted)
          .as("batch %s of %s", n, batches)
          .isEqualTo(appendedToModel(jobs, batches.get(n), outcomes.get(n)));
    }
    jobs.forEach((job, events) -> assertThat(heads).containsEntry(job, (long) events.size()));
  }

  private static boolean appendedToModel(
      Map<JobId, List<String>> jobs, EventBatch batch, Outcome outcome) {
    boolean isMet =
        batch.parts().stream().allMatch(p -> p.expected().accepts(jobs.get(p.job()).size()));
    if (!isMet) {
      return false;
    }
    for (int p = 0; p < batch.parts().size(); p++) {
      JobEvents part = batch.parts().get(p);
      List<String> job = jobs.get(part.job());
      if (outcome instanceof Accepted accepted) {
        assertThat(accepted.before().get(p)).isEqualTo(job.size());
      }
      job.addAll(Collections.nCopies(part.events().size(), batch.id().value()));
    }
    return true;
  }

  private static EventBatch randomBatch(Random random, String id) {
    List<Integer> jobs = new ArrayList<>(List.of(0, 1, 2, 3));
    Collections.shuffle(jobs, random);
    JobEvents[] parts = new JobEvents[1 + random.nextInt(3)];
    for (int n = 0; n < parts.length; n++) {
      JobId job = new JobId("job-" + jobs.get(n));
      parts[n] = part(job, random.nextInt(8) - 1, 1 + random.nextInt(3));
    }
    return batch(id, parts);
  }

  private static Map<JobId, Long> heads(long version) {
    return new HashMap<>(Map.of(JOB, version));
  }

  private static List<Outcome> judge(Map<JobId, Long> heads, EventBatch... batches) {
    return GroupVerdict.judge(List.of(batches), heads, number -> false);
  }

  private static List<Long> before(Outcome outcome) {
    return ((Accepted) outcome).before().stream().boxed().toList();
  }

  private static EventBatch batch(String id, JobEvents... parts) {
    return new EventBatch(new BatchId(id), Arrays.asList(parts));
  }

  /** -1 is "any". */
  private static JobEvents part(JobId job, long expected, int events) {
    return new JobEvents(
        job,
        expected < 0 ? ExpectedVersion.any() : ExpectedVersion.exactly(expected),
        Collections.nCopies(events, Event.of("t", Json.EMPTY)));
  }
}
