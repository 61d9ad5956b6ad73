package io.holdfast.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ErrorSignatureTest {

  @Test
  void keeps_type_and_words() {
    assertThat(ErrorSignature.of("Timeout", "no answer from server"))
        .isEqualTo("Timeout::no answer from server");
  }

  @Test
  void leaves_out_what_differs_from_one_failure_to_the_next() {
    assertThat(ErrorSignature.of("Io", "cannot read /tmp/a7 at line 12 of C:\\x after 3ms"))
        .isEqualTo("Io::cannot read at line of after");
    assertThat(ErrorSignature.of("Io", "cannot read /var/b at line 99 of D:\\y after 40ms"))
        .isEqualTo("Io::cannot read at line of after");
  }

  @Test
  void stops_after_ten_words() {
    assertThat(ErrorSignature.of("E", "a b c d e f g h i j k l"))
        .isEqualTo("E::a b c d e f g h i j");
    assertThat(ErrorSignature.of("E", "1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h 9 i 0 j k"))
        .as("counted without what is left out")
        .isEqualTo("E::a b c d e f g h i j");
  }

  @Test
  void does_not_care_about_white_space() {
    assertThat(ErrorSignature.of("E", "  a\n\tb   c ")).isEqualTo("E::a b c");
    assertThat(ErrorSignature.of("E", "")).isEqualTo("E::");
    assertThat(ErrorSignature.of("E", " \n ")).isEqualTo("E::");
  }

  @Test
  void is_never_longer_than_500_and_never_ends_in_half_a_character() {
    String emoji = "\uD83D\uDE00".repeat(400);
    for (String type : new String[] {"E", "Ee"}) {
      String signature = ErrorSignature.of(type, emoji);
      assertThat(signature).hasSizeBetween(499, 500);
      assertThat(Character.isHighSurrogate(signature.charAt(signature.length() - 1))).isFalse();
    }
  }

  @Test
  void copes_with_a_message_of_a_million_characters() {
    assertThat(ErrorSignature.of("E", "word ".repeat(200_000)))
        .isEqualTo("E::" + "word ".repeat(9) + "word");
  }

  @Test
  void a_failure_knows_its_signature() {
    Failure failure = new Failure(1, Instant.EPOCH, "Io", "disk 7 full", Json.EMPTY);
    assertThat(failure.signature()).isEqualTo("Io::disk full");
  }
}
