package io.holdfast.contract;

import static io.holdfast.contract.ResumedRun.HASH;
import static io.holdfast.contract.ResumedRun.ITEMS;
import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.work.Resume;
import io.holdfast.checkpoint.work.WorkItem;
import io.holdfast.checkpoint.work.WorkState;
import io.holdfast.checkpoint.work.WorkStatus;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.deadletter.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs that are interrupted, and go on from their checkpoints. */
public interface CheckpointResumeContract extends StorageContract {

  private ResumedRun run() {
    return ResumedRun.on(storage());
  }

  private Checkpoint latest() {
    return Await.value(storage().checkpoints().findLatest(WORKFLOW));
  }

  private List<DeadLetter> letters() {
    return Await.all(storage().deadLetters().list(DeadLetterFilter.all().ofJob(JOB)));
  }

  /** Does and saves up to {@code count} items of the current phase, and adds them to the list. */
  private static void work(ResumedRun run, int count, List<WorkItem> done) {
    for (int i = 0; i < count && !run.state().isPhaseDone(); i++) {
      done.add(run.doNext());
    }
  }

  /** The items that are done in as many lives as it takes to end the phase map. */
  private List<WorkItem> mappedWithInterruptions() {
    List<WorkItem> done = new ArrayList<>();
    ResumedRun run = run();
    while (!run.state().isPhaseDone()) {
      work(run, 5, done);
      if (!run.state().isPhaseDone()) {
        WorkItem atIt = run.start();
        run.save();
        assertThat(run.state().item(atIt.id()).status()).isEqualTo(WorkStatus.IN_PROGRESS);
      }
      if (!run.state().items(WorkStatus.PENDING).isEmpty()) {
        run.doUnsaved();
      }
      var unused = reopen();
      run = run();
    }
    return done;
  }

  @Test
  default void a_run_that_is_interrupted_again_and_again_does_each_item_once() {
    List<WorkItem> done = mappedWithInterruptions();
    ResumedRun run = run();

    assertThat(done).extracting(WorkItem::id).hasSize(ITEMS).doesNotHaveDuplicates();
    assertThat(run.state().items("map", WorkStatus.COMPLETED)).hasSize(ITEMS * 3 / 4);
    assertThat(run.state().items().subList(0, ITEMS))
        .as("each with what came of it")
        .containsExactlyInAnyOrderElementsOf(done);

    run.become(run.state().nextPhase());
    work(run, 1, done);
    assertThat(run.state().isDone()).isTrue();
    CheckpointInfo last = Await.all(storage().checkpoints().list(WORKFLOW, 1)).get(0);
    assertThat(last.metadata().contains(Json.of("{\"final\":true,\"phase\":\"reduce\"}"))).isTrue();
  }

  @Test
  default void what_has_failed_is_a_dead_letter_after_each_resume_and_is_not_done_again() {
    List<WorkItem> done = mappedWithInterruptions();
    List<WorkItem> failed = run().state().items(WorkStatus.FAILED);

    assertThat(failed).hasSize(ITEMS / 4).allMatch(ResumedRun::fails).isSubsetOf(done);
    assertThat(letters())
        .extracting(letter -> letter.key().item())
        .containsExactlyInAnyOrderElementsOf(failed.stream().map(WorkItem::id).toList());
    assertThat(letters())
        .allSatisfy(letter -> assertThat(letter.failures()).containsExactly(failure(1)));
  }

  @Test
  default void a_run_that_failed_has_the_context_of_its_failure_after_a_restart() {
    ResumedRun run = run();
    Json context = Json.of("{\"branch\":\"main\",\"variables\":{\"retries\":3}}");
    run.become(run.state().withContext(context));
    WorkItem item = run.start();
    Failure failure =
        new Failure(
            1,
            LONG_AGO,
            "CommandFailed",
            "exit code 101",
            Json.of("{\"step\":\"test\",\"agent\":\"a-7\",\"stderr\":\"panicked\"}"));
    run.applied(
        run.state().fail(item.id(), failure),
        ResumedRun.fail(storage(), run.version(), run.state(), item, failure));

    assertThat(reopen()).isNotNull();
    WorkState resumed = run().state();

    assertThat(resumed.context()).isEqualTo(context);
    assertThat(resumed.item(item.id()).status()).isEqualTo(WorkStatus.FAILED);
    assertThat(resumed.item(item.id()).failure()).isEqualTo(failure);
    assertThat(letters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.failures()).containsExactly(failure);
              assertThat(letter.data()).isEqualTo(item.data());
            });
  }

  @Test
  default void a_dead_letter_that_is_done_later_is_completed_in_the_run() {
    var unused = mappedWithInterruptions();
    ResumedRun run = run();
    ClaimedLetter claimed =
        Await.all(storage().deadLetters().claim(ClaimRequest.of("worker", LONG, 1).ofJob(JOB)))
            .get(0);
    ItemId item = claimed.letter().key().item();

    WorkState mended = run.state().retry(item).start(item).complete(item, json(7));
    run.applied(
        mended,
        storage()
            .inTransaction(
                tx ->
                    tx.deadLetters()
                        .settle(claimed.claim(), new Outcome.Done())
                        .then(
                            tx.checkpoints()
                                .append(WORKFLOW, run.version(), mended.content("redrive")))));

    assertThat(reopen()).isNotNull();
    assertThat(run().state().item(item).result()).isEqualTo(json(7));
    assertThat(letters()).extracting(letter -> letter.key().item()).doesNotContain(item);
    assertThat(letters()).hasSize(ITEMS / 4 - 1);
  }

  @Test
  default void of_many_that_resume_at_once_one_goes_on() {
    run().save();
    Checkpoint saved = latest();
    WorkState state = Resume.of(saved, HASH).interrupted();

    List<Race.Finish<Checkpoint>> race =
        Race.run(
            8,
            i ->
                storage().checkpoints().append(WORKFLOW, saved.version(), state.content("resume")));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void a_run_that_was_taken_over_can_save_nothing_and_leaves_no_dead_letter() {
    ResumedRun old = run();
    ResumedRun taker = run();
    WorkItem item = old.start();

    Await.failure(
        ConflictException.class,
        ResumedRun.fail(storage(), old.version(), old.state(), item, failure(1)));
    assertThat(letters()).isEmpty();
    assertThat(taker.doNext().status()).isEqualTo(WorkStatus.COMPLETED);
  }

  @Test
  default void a_phase_that_is_done_again_keeps_what_came_before() {
    ResumedRun run = run();
    List<WorkItem> done = new ArrayList<>();
    work(run, ITEMS, done);
    run.become(run.state().nextPhase());
    work(run, 1, done);

    run.become(Resume.of(latest(), HASH).phaseAgain());
    assertThat(reopen()).isNotNull();
    WorkState again = run().state();
    assertThat(again.phase()).isEqualTo("reduce");
    assertThat(again.items(WorkStatus.PENDING)).hasSize(1);
    assertThat(again.items().subList(0, ITEMS)).isEqualTo(done.subList(0, ITEMS));

    WorkState all = Resume.of(latest(), HASH).fromPhase("map");
    assertThat(all.items(WorkStatus.PENDING)).hasSize(ITEMS);
  }

  @Test
  default void another_definition_does_not_go_on_unless_it_is_forced() {
    ResumedRun run = run();
    work(run, 3, new ArrayList<>());
    Checkpoint saved = latest();

    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> Resume.of(saved, "77ab"))
        .withMessageContainingAll(WORKFLOW.value(), HASH, "77ab");
    run.become(Resume.forced(saved, "77ab").interrupted());
    assertThat(Resume.of(latest(), "77ab").asSaved().items()).isEqualTo(run.state().items());
  }
}
