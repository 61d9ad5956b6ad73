package io.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonConditionTest {

  private static final Json DOCUMENT =
      Json.of(
          "{\"step\":{\"duration_ms\":150.0,\"name\":\"b\"},\"items\":[{\"a b\":\"x\"},7],"
              + "\"error\":null,\"ok\":true,\"0\":\"zero\"}");

  private static boolean holds(String condition) {
    return JsonCondition.parse(condition).holdsIn(DOCUMENT.tree());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.step.duration_ms >= 100",
        "$.step.duration_ms = 1.5e2",
        "$.step.duration_ms==150",
        "$.step.duration_ms<150.01",
        "$.step.duration_ms <> \"150\"",
        "$.step.name > \"a\"",
        "$.step.name <= \"b\"",
        "$.step != null",
        "$.items[0].\"a b\" = \"x\"",
        "$.items[ 1 ] = 7",
        "$.error exists",
        "$.error = null",
        "$.ok = true",
        "$.ok != 1",
        "$.0 = \"zero\"",
        "$.0 contains \"er\"",
        "$.0 contains \"\"",
        "$.items[0].\"a b\" contains \"x\"",
        " $ exists ",
        "$ != 1"
      })
  void holds_in_the_document(String condition) {
    assertThat(holds(condition)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.step.duration_ms > 150",
        "$.step.duration_ms = \"150\"",
        "$.step.duration_ms < \"2\"",
        "$.step.name < \"B\"",
        "$.0 contains \"ER\"",
        "$.items contains \"x\"",
        "$.ok contains \"true\"",
        "$.absent contains \"\"",
        "$.absent != 1",
        "$.absent exists",
        "$.absent = null",
        "$.items.0 exists",
        "$.items[2] exists",
        "$.step[0] exists",
        "$[0] = \"zero\"",
        "$.step = 1",
        "$.ok = 1",
        "$.error.x != 1"
      })
  void does_not_hold(String condition) {
    assertThat(holds(condition)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|a path starts with $|character 1",
        "step = 1|a path starts with $|character 1",
        "$.step|one of = != < <= > >= contains exists follows the path|character 7",
        "$.step ~ 1|one of = != < <= > >= contains exists follows the path|character 8",
        "$..a = 1|a member's name follows the point|character 3",
        "$.\"a = 1|a quote is not closed|character 3",
        "$.a[x] = 1|an index is a number, was 'x'|character 5",
        "$.a[-1] = 1|must be at least 0, was -1|",
        "$.a[1 = 1|a bracket is not closed|character 4",
        "$.a =|a JSON string, number, boolean or null follows the operator|character 6",
        "$.a = x|not JSON: x (strings need double quotes)|character 7",
        "$.a = {}|compares with a string, number, boolean or null only|",
        "$.a < true|'<' is for numbers and strings only, was true|",
        "$.a contains 1|'contains' is for strings only, was 1|",
        "$.a exists 1|nothing follows 'exists'|character 12"
      })
  void says_what_is_wrong_and_where(String condition, String why, String where) {
    assertThatThrownBy(() -> JsonCondition.parse(condition))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            wrong -> {
              assertThat(wrong).hasMessageContaining(why);
              assertThat(wrong.where()).isEqualTo(where == null ? "" : where);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"$.\"a b\"[3].\"é\\\"\" >= 1.50", "$ exists", "$.\"\" != \"x\""})
  void its_text_can_be_read_again(String text) {
    assertThat(JsonCondition.parse(text)).hasToString(text);
    assertThat(JsonCondition.parse(JsonCondition.parse(text).toString()))
        .isEqualTo(JsonCondition.parse(text));
  }
}
