package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void end_at_ascii_punctuation_space_and_control_characters() {
    assertThat(Words.of("Build-42 failed: time_out\tin /src/Main.java\u007f(again)"))
        .containsExactlyInAnyOrder(
            "build", "42", "failed", "time", "out", "in", "src", "main", "java", "again");
  }

  @Test
  void keep_what_is_not_ascii_as_it_is() {
    assertThat(Words.of("Ärger—groß ÉTÉ 日本 😀x"))
        .containsExactlyInAnyOrder("Ärger—groß", "ÉtÉ", "日本", "😀x");
  }

  @Test
  void are_those_of_the_strings_in_a_document_not_of_its_names() {
    Json document = Json.of("{\"name\":[\"one\",{\"inner\":\"Two\"}],\"n\":3,\"b\":true}");

    assertThat(Words.in(document.tree())).containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void count_by_their_first_hundred_code_points() {
    assertThat(Words.of("😀".repeat(150))).containsExactly("😀".repeat(100));
  }
}
