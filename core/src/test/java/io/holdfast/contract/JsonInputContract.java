package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.Failure;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JSON: what PostgreSQL's JSONB can hold is kept to the digit, everything else is refused. */
public interface JsonInputContract extends StorageContract {

  /** Stores {@code json} wherever a document can be given, and reads it back from there. */
  private void requireKept(String id, Json json) {
    JobId job = new JobId(id);
    Await.value(
        storage().events().append(job, ExpectedVersion.none(), List.of(Event.of("e", json))));
    assertThat(Await.all(storage().events().read(EventQuery.job(job))).get(0).data())
        .as("event data")
        .isEqualTo(json);

    SessionId session = new SessionId(id);
    Await.value(storage().sessions().create(session, details(1).withData(json)));
    assertThat(Await.value(storage().sessions().get(session)).details().data())
        .as("session data")
        .isEqualTo(json);

    WorkflowId workflow = new WorkflowId(id);
    CheckpointContent content = new CheckpointContent(json, json);
    Await.value(storage().checkpoints().append(workflow, 0, content));
    assertThat(Await.value(storage().checkpoints().findLatest(workflow)).content())
        .as("checkpoint")
        .isEqualTo(content);

    Failure failure = new Failure(1, LONG_AGO, "E", "m", json);
    Await.value(storage().deadLetters().add(letterKey(id, id), json, failure));
    DeadLetter letter = Await.value(storage().deadLetters().get(letterKey(id, id)));
    assertThat(letter.data()).as("dead letter data").isEqualTo(json);
    assertThat(letter.lastFailure().details()).as("failure details").isEqualTo(json);

    Await.value(storage().workflows().create(workflow, WorkflowDetails.of("n", json)));
    assertThat(Await.value(storage().workflows().get(workflow)).details().content())
        .as("workflow content")
        .isEqualTo(json);

    ExecutionId execution = new ExecutionId(id);
    Await.value(storage().workflows().start(workflow, execution, json));
    Await.value(storage().workflows().finish(workflow, execution, ExecutionStatus.COMPLETED, json));
    assertThat(Await.all(storage().workflows().history(workflow, 1)))
        .extracting(WorkflowExecution::details)
        .as("execution details")
        .containsExactly(json);
  }

  @Test
  default void legal_documents_are_kept_exactly_everywhere() {
    for (int i = 0; i < Corpus.LEGAL_JSON.size(); i++) {
      requireKept("document-" + i, Json.of(Corpus.LEGAL_JSON.get(i)));
    }
  }

  @Test
  default void legal_documents_survive_reopening_and_export() {
    for (int i = 0; i < Corpus.LEGAL_JSON.size(); i++) {
      requireKept("document-" + i, Json.of(Corpus.LEGAL_JSON.get(i)));
    }
    Snapshot before = Snapshot.of(storage());

    reopen();

    assertThat(before.records().get("sessions")).hasSameSizeAs(Corpus.LEGAL_JSON);
    assertThat(Snapshot.of(storage())).isEqualTo(before);
  }

  @Test
  default void numbers_keep_every_digit() {
    List<String> numbers =
        List.of("9007199254740993", "1e400", "0.1" + "0".repeat(299) + "7", "-1.5E-400");
    for (String number : numbers) {
      requireKept(number.substring(0, 4), Json.of("{\"x\":" + number + "}"));
    }
    for (String number : numbers) {
      SessionId id = new SessionId(number.substring(0, 4));
      assertThat(
              Await.value(storage().sessions().get(id))
                  .details()
                  .data()
                  .tree()
                  .get("x")
                  .decimalValue())
          .isEqualByComparingTo(new BigDecimal(number));
    }
  }

  @Test
  default void illegal_documents_are_refused_before_anything_is_written() {
    assertSoftly(
        softly -> {
          for (String text : Corpus.ILLEGAL_JSON) {
            softly
                .assertThatThrownBy(() -> Json.of(text), "'%s'", Corpus.brief(text))
                .isInstanceOf(InvalidInputException.class);
          }
        });
    requireKept("afterwards", Json.of("{\"fine\":true}"));
  }

  @Test
  default void bytes_that_are_not_utf_8_are_refused() {
    List<byte[]> illegal =
        List.of(
            new byte[] {'"', (byte) 0xC3, '"'},
            new byte[] {'"', (byte) 0xC0, (byte) 0x80, '"'},
            new byte[] {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'},
            new byte[] {'"', (byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80, '"'},
            new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, '1'},
            "{}".getBytes(StandardCharsets.UTF_16));
    for (byte[] bytes : illegal) {
      assertThatThrownBy(() -> Json.ofUtf8(bytes)).isInstanceOf(InvalidInputException.class);
    }
    requireKept("afterwards", Json.ofUtf8("\"\u00e9\"".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  default void a_document_of_five_megabytes_is_kept_everywhere() {
    StringBuilder text = new StringBuilder("{\"items\":[0");
    for (int i = 1; text.length() < 5_000_000; i++) {
      text.append(",{\"id\":").append(i).append(",\"name\":\"item \u00e9 ").append(i).append("\"}");
    }
    Json json = Json.of(text.append("]}").toString());

    requireKept("large", json);
    Snapshot before = Snapshot.of(storage());
    reopen();
    assertThat(Snapshot.of(storage())).isEqualTo(before);
  }

  @Test
  default void the_largest_document_is_kept() {
    Json largest = Json.of("\"" + "x".repeat(Json.BYTES_MAX - 2) + "\"");
    assertThat(largest.sizeBytes()).isEqualTo(Json.BYTES_MAX);

    JobId job = new JobId("largest");
    Await.value(
        storage().events().append(job, ExpectedVersion.none(), List.of(Event.of("e", largest))));
    assertThat(Await.all(storage().events().read(EventQuery.job(job))).get(0).data())
        .isEqualTo(largest);
    WorkflowId workflow = new WorkflowId("largest");
    Await.value(storage().checkpoints().append(workflow, 0, CheckpointContent.of(largest)));
    assertThat(Await.value(storage().checkpoints().findLatest(workflow)).content().state())
        .isEqualTo(largest);
  }

  @Test
  default void a_batch_of_too_many_bytes_is_refused_and_the_largest_is_kept() {
    Json quarter = Json.of("\"" + "x".repeat(EventBatch.BYTES_MAX / 4 - 2) + "\"");
    Event event = Event.of("e", quarter);
    JobId job = new JobId("heavy");
    List<Event> tooMany = List.of(event, event, event, event, Event.of("e", Json.of("1")));

    assertThatThrownBy(() -> EventBatch.of(job, ExpectedVersion.none(), tooMany))
        .isInstanceOf(InvalidInputException.class);
    JobEvents most =
        new JobEvents(job, ExpectedVersion.none(), List.of(event, event, event, event));
    Await.value(storage().events().append(Samples.batch(most)));
    assertThat(Await.value(storage().events().count(EventFilter.job(job)))).isEqualTo(4);
  }
}
