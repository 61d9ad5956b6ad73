package io.holdfast.checkpoint.work;

import static io.holdfast.checkpoint.work.Work.begun;
import static io.holdfast.checkpoint.work.Work.data;
import static io.holdfast.checkpoint.work.Work.id;
import static io.holdfast.checkpoint.work.Work.midway;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import org.junit.jupiter.api.Test;

/** The JSON of a state. */
class WorkStateFormTest {

  private static final String TEXT =
      """
      {"format":1,"definition":"9f2c","phases":["setup","map","reduce"],"phase":"map",\
      "counts":{"pending":1,"inProgress":1,"completed":1,"failed":1},"items":[\
      {"item":"make","phase":"setup","status":"completed","data":{},"result":{"ok":true}},\
      {"item":"a.rs","phase":"map","status":"inProgress","data":{"lines":7}},\
      {"item":"b.rs","phase":"map","status":"failed","data":{},"failure":{"attempt":1,\
      "at":"2026-10-01T08:03:00.000000Z","errorType":"Timeout","message":"no answer","details":{}}},\
      {"item":"sum","phase":"reduce","status":"pending","data":{}}],"context":{}}""";

  private static void requireCorrupt(String why, String text) {
    assertThat(text).isNotEqualTo(TEXT);
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> WorkState.decode(Json.of(text)))
        .withMessageContaining(why);
  }

  @Test
  void reads_and_writes_what_the_package_describes() {
    WorkState state = WorkState.decode(Json.of(TEXT));

    assertThat(state.encode()).hasToString(TEXT);
    assertThat(state.item(id("b.rs")).failure()).isEqualTo(Work.failure(1));
  }

  @Test
  void every_state_reads_back_also_from_its_canonical_form() {
    Json nothing = Json.of("null");
    WorkState nulls = begun().add("setup", data("a")).withContext(nothing);
    for (WorkState state :
        new WorkState[] {
          begun(), midway(), nulls, nulls.start(id("a")).complete(id("a"), nothing)
        }) {
      assertThat(WorkState.decode(state.encode())).isEqualTo(state);
      assertThat(WorkState.decode(Json.ofUtf8(state.encode().canonical()))).isEqualTo(state);
    }
  }

  @Test
  void an_item_that_is_there_twice_is_corrupt() {
    requireCorrupt(
        "sum is there twice",
        TEXT.replace("\"pending\":1", "\"pending\":2")
            .replace(
                "],\"context\"",
                ",{\"item\":\"sum\",\"phase\":\"reduce\",\"status\":\"pending\",\"data\":1}],\"context\""));
  }

  @Test
  void counts_that_are_not_those_of_the_items_are_corrupt() {
    requireCorrupt("announces", TEXT.replace("\"pending\":1", "\"pending\":2"));
    requireCorrupt("announces", TEXT.replace(",\"failed\":1}", "}"));
  }

  @Test
  void items_that_do_not_fit_their_phase_are_corrupt() {
    requireCorrupt(
        "which is over",
        TEXT.replace("\"phase\":\"map\",\"counts", "\"phase\":\"reduce\",\"counts"));
    requireCorrupt(
        "which is to come",
        TEXT.replace("\"phase\":\"map\",\"counts", "\"phase\":\"setup\",\"counts"));
    requireCorrupt("none of", TEXT.replace("\"phase\":\"reduce\"", "\"phase\":\"tidy\""));
  }

  @Test
  void whatever_is_missing_or_of_another_type_is_corrupt() {
    requireCorrupt("format", "{\"n\":1}");
    requireCorrupt("not an object", "[]");
    requireCorrupt("phases", TEXT.replace("\"phases\"", "\"x\""));
    requireCorrupt("not a string", TEXT.replace("\"setup\",", "7,"));
    requireCorrupt("there is no done", TEXT.replace("inProgress\",\"data", "done\",\"data"));
    requireCorrupt("result", TEXT.replace("\"result\"", "\"x\""));
    requireCorrupt("with a result", TEXT.replace("\"lines\":7}", "\"lines\":7},\"result\":1"));
    requireCorrupt("without a failure", TEXT.replace("\"failure\"", "\"x\""));
    requireCorrupt("attempt", TEXT.replace("\"attempt\":1", "\"attempt\":0"));
    requireCorrupt("definition", TEXT.replace("\"9f2c\"", "\"\""));
    requireCorrupt("context", TEXT.replace("\"context\"", "\"x\""));
  }

  @Test
  void another_format_is_told_from_damage() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> WorkState.decode(Json.of("{\"format\":2}")))
        .withMessageContaining("format 2, known is 1");
  }
}
