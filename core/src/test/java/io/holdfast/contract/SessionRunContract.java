package io.holdfast.contract;

import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A session from end to end, as an orchestrator uses it. */
public interface SessionRunContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private Session created() {
    return Await.value(sessions().create(SESSION, details(1)));
  }

  private Session moved(SessionState next) {
    return Await.value(sessions().get(SESSION).flatMap(s -> sessions().update(s.withState(next))));
  }

  @Test
  default void storage_of_sessions_saves_loads_lists_updates_and_deletes() {
    Session session = created();

    assertThat(Await.value(sessions().get(SESSION))).isEqualTo(session);
    assertThat(Await.all(sessions().list(SessionFilter.all()))).containsExactly(session);
    Session running = moved(SessionState.RUNNING);
    assertThat(Await.value(sessions().stats(SESSION)).duration())
        .isEqualTo(running.timing().duration());
    Await.done(sessions().delete(SESSION));
    assertThat(Await.maybe(sessions().find(SESSION))).isEqualTo(Optional.empty());
    assertThat(Await.all(sessions().list(SessionFilter.all()))).isEmpty();
  }

  @Test
  default void lifecycle_starts_pauses_resumes_and_completes() {
    created();
    for (SessionState next :
        List.of(
            SessionState.RUNNING,
            SessionState.PAUSED,
            SessionState.RUNNING,
            SessionState.COMPLETED)) {
      assertThat(moved(next).state()).isEqualTo(next);
    }

    Session completed = Await.value(sessions().get(SESSION));
    assertThat(completed.version()).isEqualTo(5);
    assertThat(completed.timing().finishedAt()).isEqualTo(completed.timing().updatedAt());
    ConflictException over =
        Await.failure(
            ConflictException.class, sessions().update(completed.withState(SessionState.RUNNING)));
    assertThat(over).hasMessageContaining("COMPLETED").hasMessageContaining("RUNNING");
    assertThat(over.actual()).isEqualTo("COMPLETED");
    assertThat(over.expected()).contains("RUNNING");
  }

  @Test
  default void filtering_by_status_type_time_and_worktree() {
    Session wanted =
        Await.value(
            sessions()
                .create(SESSION, details(1).withWorktree("wt-1"))
                .flatMap(s -> sessions().update(s.withState(SessionState.RUNNING))));
    Await.value(sessions().create(new SessionId("another"), details(2).withWorktree("wt-2")));

    SessionFilter filter =
        SessionFilter.active()
            .withStates(SessionState.RUNNING)
            .withType("build")
            .withWorktree("wt-1")
            .createdWithin(TimeSpan.from(wanted.timing().createdAt()));
    assertThat(Await.all(sessions().list(filter))).containsExactly(wanted);
    assertThat(
            Await.all(
                sessions()
                    .list(filter.createdWithin(TimeSpan.before(wanted.timing().createdAt())))))
        .isEmpty();
  }

  /** A session that runs a workflow has its name; its saved progress is the checkpoints'. */
  @Test
  default void checkpointing_saves_with_the_session_and_restores_from_the_latest() {
    created();
    WorkflowId workflow = new WorkflowId(SESSION.value());
    for (int step = 1; step <= 2; step++) {
      int done = step;
      Session there = Await.value(sessions().get(SESSION));
      Session next = there.withDetails(details(done).withProgress(new Progress(done, 5)));
      Await.value(
          storage()
              .inTransaction(
                  tx ->
                      tx.sessions()
                          .update(next)
                          .flatMap(
                              saved ->
                                  tx.checkpoints()
                                      .append(
                                          workflow,
                                          done - 1L,
                                          CheckpointContent.of(saved.details().data())))));
    }
    Await.value(
        sessions().get(SESSION).flatMap(s -> sessions().update(s.withDetails(details(99)))));

    Checkpoint latest = Await.value(storage().checkpoints().findLatest(workflow));
    Session restored =
        Await.value(
            sessions()
                .get(SESSION)
                .flatMap(
                    s ->
                        sessions()
                            .update(
                                s.withDetails(s.details().withData(latest.content().state())))));

    assertThat(latest.version()).isEqualTo(2);
    assertThat(restored.details().data()).isEqualTo(Samples.json(2));
    assertThat(Await.all(storage().checkpoints().list(workflow, 10))).hasSize(2);
  }

  /**
   * A run and the job of its events and dead letters have the same name: each leads to the other.
   */
  @Test
  default void a_session_is_found_by_the_job_of_its_name_and_the_reverse() {
    Session session = created();
    JobId job = new JobId(session.id().value());
    Await.value(storage().events().append(job, ExpectedVersion.none(), Samples.events(2)));
    DeadLetterKey item = new DeadLetterKey(job, new ItemId("item-1"));
    Await.value(storage().deadLetters().add(item, json(1), Samples.failure(1)));

    DeadLetter letter = Await.all(storage().deadLetters().list(DeadLetterFilter.all())).get(0);
    SessionId run = new SessionId(letter.key().job().value());
    assertThat(Await.maybe(sessions().find(run))).contains(session);
    assertThat(Await.all(storage().events().read(EventQuery.job(job)))).hasSize(2);
    assertThat(Await.maybe(sessions().find(new SessionId("another job")))).isEmpty();
  }

  /** A run of jobs with names of their own has them in its data, as {@code jobs}. */
  @Test
  default void a_session_of_several_jobs_is_found_by_each_of_them() {
    Session several =
        Await.value(
            sessions()
                .create(
                    SESSION, details(1).withData(Json.of("{\"jobs\":[\"fetch-7\",\"build-7\"]}"))));
    SessionDetails other = details(2).withData(Json.of("{\"jobs\":[\"fetch-8\"]}"));
    Await.value(sessions().create(new SessionId("other"), other));

    for (String job : List.of("fetch-7", "build-7")) {
      SessionFilter ofJob = SessionFilter.all().containing(Json.of("{\"jobs\":[\"" + job + "\"]}"));
      assertThat(Await.all(sessions().list(ofJob))).containsExactly(several);
    }
    assertThat(several.details().data().tree().get("jobs"))
        .extracting(JsonNode::stringValue)
        .containsExactly("fetch-7", "build-7");
  }

  @Test
  default void progress_tracking_counts_up() {
    Session session = created();
    for (int done = 1; done <= 3; done++) {
      Session next = session.withDetails(session.details().withProgress(new Progress(done, 3)));
      session = Await.value(sessions().update(next));
    }

    assertThat(Await.value(sessions().get(SESSION)).details().progress())
        .isEqualTo(new Progress(3, 3));
    assertThat(session.timing().duration()).isGreaterThanOrEqualTo(Duration.ZERO);
  }

  @Test
  default void metadata_update_changes_the_data_and_nothing_else() {
    Session session = created();
    Json data = Json.of("{\"n\":1,\"owner\":{\"name\":\"a\"}}");

    Session updated =
        Await.value(sessions().update(session.withDetails(session.details().withData(data))));

    assertThat(updated.details()).isEqualTo(session.details().withData(data));
    assertThat(updated.state()).isEqualTo(session.state());
    assertThat(updated.timing().createdAt()).isEqualTo(session.timing().createdAt());
  }

  @Test
  default void error_handling_keeps_what_went_wrong_until_it_runs_again() {
    Session session = created();
    Session failed =
        Await.value(
            sessions()
                .update(
                    session
                        .withState(SessionState.FAILED)
                        .withDetails(session.details().withError("exit code 1"))));
    assertThat(Await.value(sessions().stats(SessionFilter.all())).failing()).isEqualTo(1);

    Session again =
        Await.value(
            sessions()
                .update(
                    failed
                        .withState(SessionState.RUNNING)
                        .withDetails(failed.details().withError(null))));

    assertThat(failed.details().error()).isEqualTo("exit code 1");
    assertThat(failed.timing().finishedAt()).isNotNull();
    assertThat(again.details().error()).isNull();
    assertThat(again.timing().finishedAt()).isNull();
  }
}
