package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Failure;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Names: legal ones are kept and told apart everywhere, illegal ones are refused everywhere. */
public interface NameInputContract extends StorageContract {

  @Test
  default void illegal_names_are_refused_everywhere() {
    assertSoftly(
        softly ->
            NamePlaces.all()
                .forEach(
                    (place, build) -> {
                      for (String name : Corpus.ILLEGAL_NAMES) {
                        softly
                            .assertThatThrownBy(
                                () -> build.apply(name), "%s: '%s'", place, Corpus.brief(name))
                            .isInstanceOf(InvalidInputException.class);
                      }
                    }));
    Await.value(storage().sessions().create(Samples.SESSION, details(1)));
  }

  @Test
  default void every_legal_name_is_a_session_of_its_own() {
    for (String name : Corpus.LEGAL_NAMES) {
      Await.value(storage().sessions().create(new SessionId(name), named(name)));
    }

    for (String name : Corpus.LEGAL_NAMES) {
      Session found = Await.value(storage().sessions().get(new SessionId(name)));
      assertThat(found.id().value()).isEqualTo(name);
      assertThat(found.details()).isEqualTo(named(name));
      SessionFilter any = SessionFilter.all();
      for (SessionFilter filter :
          List.of(any.withType(name), any.withRepository(name), any.withWorktree(name))) {
        assertThat(Await.all(storage().sessions().list(filter)))
            .as("%s", Corpus.brief(filter.toString()))
            .containsExactly(found);
      }
    }
    requireExports(Session.KIND, session -> session.id().value());
  }

  @Test
  default void every_legal_name_is_a_job_of_its_own() {
    for (String name : Corpus.LEGAL_NAMES) {
      EventBatch batch =
          new EventBatch(
              new BatchId(name),
              List.of(
                  new JobEvents(
                      new JobId(name), ExpectedVersion.none(), List.of(event(name), event(name)))));
      assertThat(Await.value(storage().events().append(batch)).repeated()).isFalse();
      assertThat(Await.value(storage().events().append(batch)).repeated()).isTrue();
    }

    for (String name : Corpus.LEGAL_NAMES) {
      List<RecordedEvent> read =
          Await.all(storage().events().read(EventQuery.job(new JobId(name))));
      assertThat(read).extracting(RecordedEvent::event).containsExactly(event(name), event(name));
      assertThat(read).extracting(recorded -> recorded.job().value()).containsOnly(name);
      EventFilter all = EventFilter.all();
      for (EventFilter filter :
          List.of(all.withTypes(name), all.withCorrelation(name), all.withAgent(name))) {
        assertThat(Await.all(storage().events().read(EventQuery.forward(filter))))
            .as("%s", Corpus.brief(filter.toString()))
            .isEqualTo(read);
      }
      assertThat(Await.value(storage().events().stats(new JobId(name))).byType())
          .isEqualTo(Map.of(name, 2L));
    }
  }

  @Test
  default void every_legal_name_has_checkpoints_of_its_own() {
    for (String name : Corpus.LEGAL_NAMES) {
      Await.value(
          storage().checkpoints().append(new WorkflowId(name), 0, content(name.hashCode())));
    }

    for (String name : Corpus.LEGAL_NAMES) {
      Checkpoint found = Await.value(storage().checkpoints().findLatest(new WorkflowId(name)));
      assertThat(found.workflow().value()).isEqualTo(name);
      assertThat(found.content()).isEqualTo(content(name.hashCode()));
    }
    requireExports(Checkpoint.KIND, checkpoint -> checkpoint.workflow().value());
  }

  @Test
  default void every_legal_name_is_a_dead_letter_of_its_own() {
    for (String name : Corpus.LEGAL_NAMES) {
      Failure failure = new Failure(1, LONG_AGO, name, name, Json.EMPTY);
      Await.value(
          storage().deadLetters().add(letterKey(name, name), json(name.hashCode()), failure));
      Await.value(storage().deadLetters().add(letterKey("one", name), json(1), failure(1)));
    }

    for (String name : Corpus.LEGAL_NAMES) {
      DeadLetter found = Await.value(storage().deadLetters().get(letterKey(name, name)));
      assertThat(found.data()).isEqualTo(json(name.hashCode()));
      assertThat(found.lastFailure().errorType()).isEqualTo(name);
      JobId job = new JobId(name);
      assertThat(Await.all(storage().deadLetters().list(DeadLetterFilter.all().ofJob(job))))
          .containsExactly(found);
      assertThat(
              Await.all(storage().deadLetters().claim(ClaimRequest.of(name, LONG, 5).ofJob(job))))
          .singleElement()
          .satisfies(claimed -> assertThat(claimed.claim().owner()).isEqualTo(name));
    }
    assertThat(
            Await.all(storage().deadLetters().list(DeadLetterFilter.all().ofJob(new JobId("one")))))
        .extracting(letter -> letter.key().item().value())
        .isEqualTo(sorted());
  }

  @Test
  default void every_legal_name_is_a_workflow_of_its_own() {
    for (String name : Corpus.LEGAL_NAMES) {
      WorkflowDetails details =
          new WorkflowDetails(name, name, null, Set.of(name, "common"), Json.EMPTY);
      Await.value(storage().workflows().create(new WorkflowId(name), details));
      Await.value(
          storage().workflows().start(new WorkflowId(name), new ExecutionId(name), json(1)));
    }

    for (String name : Corpus.LEGAL_NAMES) {
      Workflow found = Await.value(storage().workflows().get(new WorkflowId(name)));
      assertThat(found.details().name()).isEqualTo(name);
      WorkflowFilter all = WorkflowFilter.all();
      assertThat(Await.all(storage().workflows().list(all.withTag(name)))).containsExactly(found);
      assertThat(Await.all(storage().workflows().list(all.withAuthor(name))))
          .containsExactly(found);
      assertThat(Await.all(storage().workflows().list(all.withNamePart(name)))).contains(found);
      assertThat(Await.all(storage().workflows().history(found.id(), 5)))
          .extracting(WorkflowExecution::id)
          .containsExactly(new ExecutionId(name));
    }
    requireExports(Workflow.KIND, workflow -> workflow.id().value());
  }

  @Test
  default void every_legal_name_is_a_lock_of_its_own() {
    for (String name : Corpus.LEGAL_NAMES) {
      LockRequest request = new LockRequest(new LockName(name), name, LONG);
      Lease lease = Await.value(storage().locks().tryAcquire(request));
      assertThat(lease.owner()).isEqualTo(name);
    }

    assertThat(Await.all(storage().locks().list(1_000)))
        .extracting(lock -> lock.name().value())
        .isEqualTo(sorted());
    requireExports(LockState.KIND, lock -> lock.name().value());
  }

  /** The kind is exported by name, in the order of names, before and after reopening. */
  private <R> void requireExports(RecordKind<R> kind, Function<R, String> name) {
    for (int i = 0; i < 2; i++) {
      assertThat(Await.all(storage().transfer(kind).export())).extracting(name).isEqualTo(sorted());
      reopen();
    }
  }

  private static List<String> sorted() {
    List<String> names = new ArrayList<>(Corpus.LEGAL_NAMES);
    names.sort(Names.ORDER);
    return names;
  }

  private static SessionDetails named(String name) {
    return new SessionDetails(name, name, name, new Progress(1, 2), json(name.hashCode()), null);
  }

  private static Event event(String name) {
    return Event.of(name, json(name.hashCode()))
        .withId(name)
        .withCorrelation(name)
        .withAgent(name)
        .at(LONG_AGO);
  }
}
