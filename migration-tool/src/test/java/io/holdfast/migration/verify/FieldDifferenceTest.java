package io.holdfast.migration.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import org.junit.jupiter.api.Test;

class FieldDifferenceTest {

  @Test
  void names_the_first_place_in_canonical_order() {
    assertThat(between("{\"b\":1,\"a\":{\"d\":[1,2]}}", "{\"b\":2,\"a\":{\"d\":[1,3]}}"))
        .isEqualTo(new FieldDifference("/a/d/1", "2", "3"));
  }

  @Test
  void tells_absent_from_null() {
    assertThat(between("{\"a\":null}", "{}"))
        .isEqualTo(new FieldDifference("/a", "null", "absent"));
  }

  @Test
  void sees_a_longer_array() {
    assertThat(between("[1]", "[1,2]")).isEqualTo(new FieldDifference("/1", "absent", "2"));
  }

  @Test
  void does_not_mind_another_spelling_of_a_number() {
    assertThat(between("{\"a\":1.0,\"b\":1}", "{\"a\":1,\"b\":2}"))
        .isEqualTo(new FieldDifference("/b", "1", "2"));
  }

  @Test
  void sees_the_last_digit_of_a_long_number() {
    assertThat(between("12345678901234567890.1", "12345678901234567890.2").pointer()).isEmpty();
  }

  @Test
  void escapes_names_as_a_json_pointer_does() {
    assertThat(between("{\"a/b~c\":1}", "{\"a/b~c\":2}").pointer()).isEqualTo("/a~1b~0c");
  }

  @Test
  void shortens_long_values() {
    String longText = "\"" + "x".repeat(1_000) + "\"";
    assertThat(between("{\"a\":" + longText + "}", "{\"a\":1}").source()).hasSizeLessThan(100);
  }

  private static FieldDifference between(String source, String target) {
    return FieldDifference.between(Json.of(source), Json.of(target));
  }
}
