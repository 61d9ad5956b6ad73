package io.holdfast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

class JsonPartsTest {

  private static String largest(String json) {
    return JsonParts.largest(json.getBytes(UTF_8));
  }

  /** A member whose name, colon and value take so many bytes. */
  private static String member(String name, int bytes) {
    return "\"" + name + "\":\"" + "x".repeat(bytes - name.length() - 5) + "\"";
  }

  @Test
  void names_the_five_largest_members_the_largest_first() {
    String json =
        "{"
            + String.join(
                ",",
                member("a", 30),
                member("b", 80),
                member("c", 20),
                member("d", 60),
                member("e", 70),
                member("f", 50),
                member("g", 40))
            + "}";

    assertThat(largest(json))
        .isEqualTo(
            "the largest parts are /b (80 bytes), /e (70 bytes), /d (60 bytes), /f (50 bytes),"
                + " /g (40 bytes)");
  }

  @Test
  void names_elements_by_their_number() {
    assertThat(largest("[1,\"four\",[5,6,7,8]]"))
        .isEqualTo("the largest parts are /2 (9 bytes), /1 (6 bytes), /0 (1 bytes)");
  }

  @Test
  void is_not_led_astray_by_what_stands_in_strings_or_deeper() {
    assertThat(largest("{\"a\":\"},{\\\"[\",\"b\":{\"c\":[1,2,{\"d\":3}]}}"))
        .isEqualTo("the largest parts are /b (23 bytes), /a (12 bytes)");
  }

  @Test
  void what_has_no_parts_has_none() {
    assertThat(largest("\"text\"")).isEqualTo("it has no parts");
    assertThat(largest("12")).isEqualTo("it has no parts");
  }

  @Test
  void a_document_that_is_too_large_is_refused_with_its_size_and_its_largest_parts() {
    StringJoiner members = new StringJoiner(",", "{", "}");
    for (int i = 1; i <= 7; i++) {
      members.add(member("m" + i, i << 20));
    }
    String json = members.toString();

    assertThatThrownBy(() -> Json.of(json))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(Integer.toString(json.length()))
        .hasMessageContaining(
            "the largest parts are /m7 (7340032 bytes), /m6 (6291456 bytes), /m5 (5242880 bytes),"
                + " /m4 (4194304 bytes), /m3 (3145728 bytes)");
  }
}
