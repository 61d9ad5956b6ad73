package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Filters: each condition, all of them together, and containment as PostgreSQL defines it. */
public interface EventFilterContract extends StorageContract {

  /** Documents and parts of documents; each pair is tried. */
  List<String> DOCUMENTS =
      List.of(
          "{}",
          "{\"a\":1}",
          "{\"a\":1.0,\"b\":2}",
          "{\"a\":\"1\"}",
          "{\"a\":null}",
          "{\"a\":{\"b\":{\"c\":true}}}",
          "{\"a\":{\"b\":{\"c\":true,\"d\":[1,2,3]}},\"e\":\"x\"}",
          "{\"a\":[1,2,[3,4]]}",
          "{\"a\":[{\"b\":1},{\"c\":2}]}",
          "{\"a\":[{\"b\":1,\"c\":2}]}",
          "{\"b\":{\"a\":1}}",
          "{\"a.b\":1,\"a'b\":\"%_\\\\\"}",
          "{\"\":\"\"}",
          "[]",
          "[1,2,3]",
          "[[1,2],3]",
          "[\"x\",{\"a\":1}]",
          "[null,true]",
          "1",
          "1e0",
          "\"x\"",
          "true",
          "null");

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> read(EventFilter filter) {
    return Await.all(log().read(EventQuery.forward(filter)));
  }

  /** Events that differ in every respect that a filter looks at. */
  private List<RecordedEvent> mixed() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Event event = Event.of(i % 2 == 0 ? "even" : "odd", Json.of("{\"k\":" + i % 5 + "}"));
      event = i % 3 == 0 ? event : event.withCorrelation("correlation-" + i % 3);
      event = i % 4 == 0 ? event : event.withAgent("agent-" + i % 4);
      events.add(event.at(LONG_AGO.plusSeconds(i)));
    }
    for (int i = 0; i < 4; i++) {
      List<Event> part = events.subList(6 * i, 6 * i + 6);
      Await.value(log().append(EventBatch.of(job(i), ExpectedVersion.none(), part)));
    }
    List<RecordedEvent> all = read(EventFilter.all());
    assertThat(all).hasSize(24);
    return all;
  }

  private void requireSelects(EventFilter filter, int matches) {
    List<RecordedEvent> expected =
        read(EventFilter.all()).stream().filter(filter::matches).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(read(filter)).as("%s", filter).isEqualTo(expected);
    assertThat(Await.value(log().count(filter))).as("count, %s", filter).isEqualTo(matches);
  }

  @Test
  default void by_job() {
    mixed();
    requireSelects(EventFilter.job(job(1)), 6);
    requireSelects(EventFilter.all().withJobs(Set.of(job(1), job(3), job(77))), 12);
    requireSelects(EventFilter.all().withJobs(Set.of()), 24);
    requireSelects(EventFilter.job(new JobId("nobody")), 0);
  }

  @Test
  default void by_type() {
    mixed();
    requireSelects(EventFilter.all().withTypes("odd"), 12);
    requireSelects(EventFilter.all().withTypes("odd", "even", "absent"), 24);
    requireSelects(EventFilter.all().withTypes("Odd"), 0);
  }

  @Test
  default void by_correlation() {
    mixed();
    requireSelects(EventFilter.all().withCorrelation("correlation-1"), 8);
    requireSelects(EventFilter.all().withCorrelation("correlation-0"), 0);
  }

  @Test
  default void by_agent() {
    mixed();
    requireSelects(EventFilter.all().withAgent("agent-3"), 6);
    requireSelects(EventFilter.all().withAgent("agent-0"), 0);
  }

  @Test
  default void by_time_from_and_before() {
    mixed();
    requireSelects(EventFilter.all().within(LONG_AGO.plusSeconds(4), null), 20);
    requireSelects(EventFilter.all().within(null, LONG_AGO.plusSeconds(4)), 4);
    requireSelects(EventFilter.all().within(LONG_AGO.plusSeconds(4), LONG_AGO.plusSeconds(6)), 2);
    requireSelects(EventFilter.all().within(LONG_AGO, LONG_AGO), 0);
    requireSelects(EventFilter.all().within(LONG_AGO.plusNanos(1_000), LONG_AGO.plusSeconds(1)), 0);
  }

  @Test
  default void by_content() {
    mixed();
    requireSelects(EventFilter.all().containing(Json.of("{\"k\":3}")), 5);
    requireSelects(EventFilter.all().containing(Json.of("{\"k\":3.00}")), 5);
    requireSelects(EventFilter.all().containing(Json.EMPTY), 24);
    requireSelects(EventFilter.all().containing(Json.of("{\"k\":\"3\"}")), 0);
  }

  @Test
  default void by_everything_together() {
    mixed();
    EventFilter narrow =
        EventFilter.all()
            .withJobs(Set.of(job(0), job(1), job(2)))
            .withTypes("odd")
            .withCorrelation("correlation-1")
            .withAgent("agent-3")
            .within(LONG_AGO, LONG_AGO.plusSeconds(18))
            .containing(Json.of("{\"k\":2}"));
    requireSelects(narrow, 1);
    requireSelects(narrow.withAgent("agent-1"), 0);
  }

  @Test
  default void filters_work_backwards_and_by_version() {
    List<RecordedEvent> odd = mixed().stream().filter(event -> event.type().equals("odd")).toList();
    EventFilter filter = EventFilter.all().withTypes("odd");

    List<RecordedEvent> backward = Await.all(log().read(EventQuery.backward(filter).limit(3)));
    assertThat(backward).containsExactly(odd.get(11), odd.get(10), odd.get(9));
    EventQuery byVersion =
        new EventQuery(filter.withJobs(Set.of(job(2))), EventQuery.Order.VERSION, null, 3, 10);
    assertThat(Await.all(log().read(byVersion)))
        .extracting(RecordedEvent::version)
        .containsExactly(4L, 6L);
  }

  @Test
  default void contains_means_what_it_means_in_postgresql() {
    List<Event> events =
        DOCUMENTS.stream().map(document -> Event.of("document", Json.of(document))).toList();
    Await.value(log().append(JOB, ExpectedVersion.none(), events));

    for (String part : DOCUMENTS) {
      EventFilter filter = EventFilter.all().containing(Json.of(part));
      assertThat(read(filter))
          .as("documents that contain %s", part)
          .extracting(event -> event.data().toString())
          .map(text -> Json.of(text))
          .isEqualTo(containing(part));
    }
  }

  @Test
  default void names_in_filters_are_compared_whole_and_to_the_letter() {
    List<String> names = List.of("a", "A", "a%", "a_", "ab", "a\\", "a'", "%", "_", "é", "e\u0301");
    for (String name : names) {
      Event event = Event.of(name, Json.EMPTY).withCorrelation(name).withAgent(name);
      Await.value(log().append(new JobId(name), ExpectedVersion.none(), List.of(event)));
    }

    for (String name : names) {
      Stream.of(
              EventFilter.job(new JobId(name)),
              EventFilter.all().withTypes(name),
              EventFilter.all().withCorrelation(name),
              EventFilter.all().withAgent(name))
          .forEach(
              filter ->
                  assertThat(read(filter))
                      .as("%s", filter)
                      .singleElement()
                      .extracting(RecordedEvent::type)
                      .isEqualTo(name));
    }
  }

  private static List<Json> containing(String part) {
    return DOCUMENTS.stream()
        .map(Json::of)
        .filter(document -> document.contains(Json.of(part)))
        .toList();
  }
}
