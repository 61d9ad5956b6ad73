package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Looking into the data: conditions on values, and words in strings. */
public interface EventSearchContract extends StorageContract {

  /** Documents that conditions are tried on. */
  List<String> DOCUMENTS =
      List.of(
          "{}",
          "{\"a\":1}",
          "{\"a\":1.0}",
          "{\"a\":2}",
          "{\"a\":\"1\"}",
          "{\"a\":\"b\"}",
          "{\"a\":\"B\"}",
          "{\"a\":\"\\uffff\"}",
          "{\"a\":\"\\ud83d\\ude00\"}",
          "{\"a\":\"xA.*\\\\\\n1😀\"}",
          "{\"a\":[\"xyz\",\"b\"]}",
          "\"tree\"",
          "{\"a\":null}",
          "{\"a\":true}",
          "{\"a\":false}",
          "{\"a\":{}}",
          "{\"a\":[]}",
          "{\"a\":[1]}",
          "{\"a\":[[1]]}",
          "{\"a\":{\"b\":1}}",
          "{\"a\":[{\"b\":1},{\"b\":2}]}",
          "{\"a\":{\"0\":1}}",
          "{\"a\":10000000000000000000000000000000.5}",
          "{\"a.b\":1,\"it's \\\"$\\\" @ \\\\ 😀\":1,\"\":1}",
          "[1,2]",
          "[[1]]",
          "[{\"a\":1}]",
          "1",
          "\"1\"",
          "null");

  /** Conditions that are tried on them. */
  List<String> CONDITIONS =
      List.of(
          "$ exists",
          "$ = 1",
          "$ != 1",
          "$ = null",
          "$ != null",
          "$.a exists",
          "$.a = 1",
          "$.a = 1.00",
          "$.a != 1",
          "$.a < 2",
          "$.a <= 1",
          "$.a > 1",
          "$.a >= 1e31",
          "$.a = \"1\"",
          "$.a != \"1\"",
          "$.a < \"a\"",
          "$.a >= \"a\"",
          "$.a > \"\\uffff\"",
          "$.a contains \"1\"",
          "$.a contains \"\"",
          "$.a contains \"A\"",
          "$.a contains \"a\"",
          "$.a contains \"\\ud83d\\ude00\"",
          "$.a contains \".*\"",
          "$.a contains \"\\\\\"",
          "$.a contains \"\\n\"",
          "$.a[0] contains \"x\"",
          "$ contains \"e\"",
          "$.a = null",
          "$.a != null",
          "$.a = true",
          "$.a != true",
          "$.a.b = 1",
          "$.a.b exists",
          "$.a[0] = 1",
          "$.a[0] != 2",
          "$.a[0][0] = 1",
          "$.a[1].b > 1",
          "$.a[2] exists",
          "$.a.0 = 1",
          "$[0] = 1",
          "$[0] != 1",
          "$[1] > 1",
          "$[0].a = 1",
          "$.\"a.b\" = 1",
          "$.\"it's \\\"$\\\" @ \\\\ 😀\" = 1",
          "$.\"\" = 1",
          "$.absent != 1");

  /** Documents that words are looked for in. */
  List<String> TEXTS =
      List.of(
          "\"The build failed\"",
          "{\"log\":\"/var/log/build-42/OUT.txt\"}",
          "[\"build\",{\"x\":[\"failed\"]}]",
          "{\"build\":\"name only\"}",
          "{\"a\":42,\"b\":true}",
          "\"time_out\\tbuild\\u007ffailed\"",
          "\"Ärger groß ÉTÉ\"",
          "\"ärger—groß\"",
          "\"日本 😀x\"",
          "\"a\\u0085b c\\u00a0d\"");

  /** What is looked for. */
  List<String> ASKED =
      List.of(
          "build",
          "BUILD failed",
          "failed build",
          "buil",
          "42",
          "out txt",
          "time_out",
          "true",
          "Ärger",
          "ärger",
          "groß",
          "été",
          "ÉtÉ",
          "日本",
          "😀X",
          "b",
          "b c",
          "c\u00a0d",
          "--",
          "absent");

  private List<RecordedEvent> read(EventFilter filter) {
    return Await.all(storage().events().read(EventQuery.forward(filter)));
  }

  private void append(List<String> documents) {
    List<Event> events =
        documents.stream().map(document -> Event.of("document", Json.of(document))).toList();
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events));
    assertThat(read(EventFilter.all())).hasSize(documents.size());
  }

  private void requireSelects(EventFilter filter) {
    List<Json> expected =
        read(EventFilter.all()).stream().filter(filter::matches).map(RecordedEvent::data).toList();

    assertThat(read(filter)).as("%s", filter).extracting(RecordedEvent::data).isEqualTo(expected);
    assertThat(Await.value(storage().events().count(filter)))
        .as("count, %s", filter)
        .isEqualTo(expected.size());
  }

  @Test
  default void conditions_mean_what_their_definition_says() {
    append(DOCUMENTS);

    CONDITIONS.forEach(condition -> requireSelects(EventFilter.all().where(condition)));
  }

  @Test
  default void all_conditions_must_hold() {
    append(List.of("{\"a\":1,\"b\":2}", "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":3}"));

    EventFilter both = EventFilter.all().where("$.a = 1").where("$.b >= 2");
    assertThat(read(both))
        .extracting(RecordedEvent::data)
        .containsExactly(Json.of("{\"a\":1,\"b\":2}"), Json.of("{\"a\":1,\"b\":3}"));
    assertThat(read(both.where("$.b != 3"))).hasSize(1);
    assertThat(read(both.where("$.a = 2"))).as("nothing is both").isEmpty();
  }

  @Test
  default void words_are_found_in_strings_whole_and_in_any_order() {
    append(TEXTS);

    ASKED.forEach(text -> requireSelects(EventFilter.all().withText(text)));
    assertThat(read(EventFilter.all().withText("failed Build"))).hasSize(3);
  }

  @Test
  default void a_subscription_looks_into_the_data_too() {
    append(
        List.of("{\"a\":1,\"t\":\"one\"}", "{\"a\":2,\"t\":\"two\"}", "{\"a\":3,\"t\":\"two\"}"));
    EventFilter filter = EventFilter.all().where("$.a > 1").withText("TWO");

    assertThat(Await.all(storage().events().subscribe(filter, StartFrom.beginning()).take(2)))
        .extracting(RecordedEvent::version)
        .containsExactly(2L, 3L);
  }
}
