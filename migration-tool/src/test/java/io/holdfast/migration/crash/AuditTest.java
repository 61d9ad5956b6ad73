package io.holdfast.migration.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The drill can fail: whatever a run leaves that is not as it should be is found. */
class AuditTest {

  /** The first one that fails for good is among them. */
  private static final Run RUN = new Run(52);

  private static final Attempt REPEATED = Attempt.first(new Item(7));

  @TempDir private Path directory;

  @Test
  void a_run_that_nobody_disturbs_leaves_nothing_to_complain_about() {
    assertThat(problemsAfter(storage -> Mono.empty())).isEmpty();
  }

  @Test
  void a_step_whose_events_are_there_twice() {
    assertThat(problemsAfter(storage -> appendEventsOf(storage, REPEATED)))
        .singleElement()
        .asString()
        .startsWith("events of item 7: ");
  }

  @Test
  void a_step_of_an_item_that_there_is_not() {
    assertThat(problemsAfter(storage -> appendEventsOf(storage, Attempt.first(new Item(1_007)))))
        .containsExactly("items that have events: missing [], too many [1007]");
  }

  @Test
  void a_dead_letter_of_an_item_that_was_completed() {
    assertThat(
            problemsAfter(
                storage ->
                    storage
                        .deadLetters()
                        .add(REPEATED.item().key(), REPEATED.item().data(), REPEATED.failure())))
        .anyMatch(problem -> problem.startsWith("dead letters: missing [], too many ["))
        .anyMatch(problem -> problem.startsWith("failures of "));
  }

  @Test
  void an_item_that_is_nowhere() {
    DeadLetterKey givenUp = new DeadLetterKey(Run.JOB, new ItemId("item-50"));
    assertThat(problemsAfter(storage -> storage.deadLetters().delete(givenUp)))
        .containsExactly("dead letters: missing [squares/item-50], too many []");
  }

  @Test
  void a_step_that_was_saved_twice() {
    assertThat(
            problemsAfter(
                storage ->
                    storage
                        .checkpoints()
                        .findLatest(Run.WORKFLOW)
                        .flatMap(
                            latest ->
                                storage
                                    .checkpoints()
                                    .append(Run.WORKFLOW, latest.version(), latest.content()))))
        .containsExactly("checkpoints: expected 65, found 66");
  }

  @Test
  void a_session_that_was_written_once_too_often() {
    assertThat(
            problemsAfter(
                storage ->
                    storage
                        .sessions()
                        .get(Run.SESSION)
                        .flatMap(session -> storage.sessions().update(without(session)))))
        .containsExactly("version of the session: expected 68, found 69");
  }

  private static Session without(Session session) {
    return session.withDetails(session.details().withData(Json.EMPTY));
  }

  @Test
  void a_lease_that_was_left_behind() {
    LockRequest request = new LockRequest(Run.LOCK, "late", Duration.ofHours(1));
    assertThat(problemsAfter(storage -> storage.locks().tryAcquire(request)))
        .singleElement()
        .asString()
        .startsWith("locks that are held: ");
  }

  private static Publisher<?> appendEventsOf(UnifiedStorage storage, Attempt attempt) {
    return storage
        .events()
        .append(attempt.item().job(), ExpectedVersion.any(), new Diary("late").attempt(attempt));
  }

  /** Completes a run, does {@code harm}, and looks at what there is. */
  private List<String> problemsAfter(Function<UnifiedStorage, Publisher<?>> harm) {
    return Await.value(
        Mono.usingWhen(
            Holdfast.open("file:" + directory),
            storage ->
                new Orchestrator(storage, RUN, "undisturbed", version -> {})
                    .run()
                    .thenMany(Flux.defer(() -> Flux.from(harm.apply(storage))))
                    .then(Remains.of(storage))
                    .map(remains -> new Audit(RUN, 0, remains).problems()),
            UnifiedStorage::close));
  }
}
