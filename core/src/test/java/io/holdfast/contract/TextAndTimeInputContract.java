package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.SessionId;
import io.holdfast.StorageTime;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Failure;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionTiming;
import io.holdfast.transfer.Moved;
import io.holdfast.workflow.WorkflowDetails;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Free text and times. */
public interface TextAndTimeInputContract extends StorageContract {

  /** The last time that can be kept. */
  Instant LAST = StorageTime.END.minusNanos(1_000);

  private static Failure said(String message) {
    return new Failure(1, LONG_AGO, "E", message, json(1));
  }

  private static WorkflowDetails described(String description) {
    return new WorkflowDetails("n", null, description, Set.of(), json(1));
  }

  /** Wherever free text can be given. */
  private static Map<String, Function<String, Object>> textPlaces() {
    Map<String, Function<String, Object>> places = new LinkedHashMap<>();
    places.put("session error", text -> details(1).withError(text));
    places.put("text in sessions", text -> SessionFilter.all().withText(text));
    places.put("failure message", text -> said(text));
    places.put("description", text -> described(text));
    places.put("filter by signature", text -> DeadLetterFilter.all().withSignature(text));
    places.put("place that it has moved to", text -> new Moved(text, "s", "", LONG_AGO));
    return places;
  }

  /** Wherever a time can be given. */
  private static Map<String, Function<Instant, Object>> timePlaces() {
    Map<String, Function<Instant, Object>> places = new LinkedHashMap<>();
    places.put("event", time -> event(1).at(time));
    places.put("event filter from", time -> EventFilter.all().within(time, null));
    places.put("event filter before", time -> EventFilter.all().within(null, time));
    places.put("span from", time -> TimeSpan.from(time));
    places.put("span before", time -> TimeSpan.before(time));
    places.put("failure", time -> new Failure(1, time, "E", "", json(1)));
    places.put("session", time -> new SessionTiming(time, LONG_AGO, null));
    places.put("session end", time -> new SessionTiming(LONG_AGO, LONG_AGO, time));
    places.put("moved", time -> new Moved("to", "s", "", time));
    return places;
  }

  @Test
  default void legal_texts_are_kept_to_the_letter() {
    for (int i = 0; i < Corpus.LEGAL_TEXTS.size(); i++) {
      String text = Corpus.LEGAL_TEXTS.get(i);
      SessionId session = new SessionId("s-" + i);
      Await.value(storage().sessions().create(session, details(i).withError(text)));
      assertThat(Await.value(storage().sessions().get(session)).details().error()).isEqualTo(text);

      Await.value(storage().deadLetters().add(letterKey("j", "i-" + i), json(i), said(text)));
      DeadLetter letter = Await.value(storage().deadLetters().get(letterKey("j", "i-" + i)));
      assertThat(letter.lastFailure().message()).isEqualTo(text);
      assertThat(
              Await.all(
                  storage()
                      .deadLetters()
                      .list(DeadLetterFilter.all().withSignature(letter.signature()))))
          .as("found by its signature")
          .contains(letter);

      WorkflowId workflow = new WorkflowId("w-" + i);
      Await.value(storage().workflows().create(workflow, described(text)));
      assertThat(Await.value(storage().workflows().get(workflow)).details().description())
          .isEqualTo(text);
    }
  }

  @Test
  default void illegal_texts_are_refused_everywhere() {
    assertSoftly(
        softly ->
            textPlaces()
                .forEach(
                    (place, build) -> {
                      for (String text : Corpus.ILLEGAL_TEXTS) {
                        softly
                            .assertThatThrownBy(
                                () -> build.apply(text), "%s: '%s'", place, Corpus.brief(text))
                            .isInstanceOf(InvalidInputException.class);
                      }
                    }));
    Await.value(storage().sessions().create(Samples.SESSION, details(1)));
  }

  @Test
  default void boundary_times_are_kept_and_found() {
    List<Instant> times =
        List.of(
            StorageTime.EARLIEST,
            StorageTime.EARLIEST.plusNanos(1_000),
            Instant.parse("1999-12-31T23:59:59.999999Z"),
            Instant.parse("2000-02-29T00:00:00Z"),
            Instant.parse("2038-01-19T03:14:08Z"),
            Instant.parse("2199-12-01T00:00:00Z"),
            LAST);
    JobId job = new JobId("times");
    List<Event> events = times.stream().map(time -> event(1).at(time)).toList();
    Await.value(storage().events().append(job, ExpectedVersion.none(), events));

    assertThat(Await.all(storage().events().read(EventQuery.job(job))))
        .extracting(RecordedEvent::createdAt)
        .isEqualTo(times);
    for (Instant time : times) {
      Instant next = time.equals(LAST) ? null : time.plusNanos(1_000);
      EventFilter exactly = EventFilter.all().within(time, next);
      assertThat(Await.all(storage().events().read(EventQuery.forward(exactly))))
          .as("%s", time)
          .extracting(RecordedEvent::createdAt)
          .containsExactly(time);
    }
    assertThat(Await.value(storage().events().stats(job)).last()).isEqualTo(LAST);
  }

  @Test
  default void a_failure_may_have_happened_at_any_legal_time() {
    for (Instant time : List.of(StorageTime.EARLIEST, LAST)) {
      Failure failure = new Failure(1, time, "E", "m", json(1));
      Await.value(storage().deadLetters().add(letterKey("j", time.toString()), json(1), failure));
      assertThat(
              Await.value(storage().deadLetters().get(letterKey("j", time.toString()))).failures())
          .containsExactly(failure);
    }
  }

  @Test
  default void times_are_cut_to_microseconds_not_rounded() {
    Instant fine = Instant.parse("2026-05-31T23:59:59.999999999Z");
    JobId job = new JobId("fine");
    Await.value(storage().events().append(job, ExpectedVersion.none(), List.of(event(1).at(fine))));

    assertThat(Await.all(storage().events().read(EventQuery.job(job))))
        .extracting(RecordedEvent::createdAt)
        .containsExactly(Instant.parse("2026-05-31T23:59:59.999999Z"));
  }

  @Test
  default void times_out_of_range_are_refused_everywhere() {
    List<Instant> illegal =
        List.of(
            Instant.MIN,
            Instant.parse("-0044-03-15T00:00:00Z"),
            StorageTime.EARLIEST.minusNanos(1),
            StorageTime.END,
            Instant.MAX);
    assertSoftly(
        softly ->
            timePlaces()
                .forEach(
                    (place, build) -> {
                      for (Instant time : illegal) {
                        softly
                            .assertThatThrownBy(() -> build.apply(time), "%s: %s", place, time)
                            .isInstanceOf(InvalidInputException.class);
                      }
                    }));
    Await.value(storage().sessions().create(Samples.SESSION, details(1)));
  }
}
