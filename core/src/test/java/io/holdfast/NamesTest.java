package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NamesTest {

  @Property
  void order_is_the_byte_order_of_utf_8(
      @ForAll("names") String left, @ForAll("names") String right) {
    int bytes = Arrays.compareUnsigned(utf8(left), utf8(right));

    assertThat(Integer.signum(Names.ORDER.compare(left, right))).isEqualTo(Integer.signum(bytes));
  }

  @Property
  void order_agrees_with_equality(@ForAll("names") String name) {
    assertThat(Names.ORDER.compare(name, new String(name.toCharArray()))).isZero();
    assertThat(Names.ORDER.compare(name, name + "a")).isNegative();
  }

  @Property
  void whole_strings_have_no_lone_surrogate(@ForAll("names") String name) {
    assertThat(Names.loneSurrogate(name)).isEqualTo(-1);
    assertThat(Names.loneSurrogate(name + "\uD83D")).isEqualTo(name.length());
    assertThat(Names.loneSurrogate("\uDE00" + name)).isZero();
  }

  @Example
  void a_name_is_1_to_255_characters() {
    String longest = "\u6f22".repeat(255);
    assertThat(Names.check("id", "a")).isEqualTo("a");
    assertThat(Names.check("id", longest)).isEqualTo(longest);
    requireRefused("");
    requireRefused(longest + "x");
  }

  @Example
  void a_name_has_no_control_characters_and_no_half_of_a_pair() {
    for (String name : List.of("\u0000", "a\n", "\u007f", "\u009f", "\uD83D", "a\uDE00")) {
      requireRefused(name);
    }
    for (String name : List.of("../x", "'", "\uD83D\uDE00", "\u202E", "\u2028", " ")) {
      assertThat(Names.check("id", name)).isEqualTo(name);
    }
  }

  @Example
  void refusal_names_thing_and_place() {
    assertThatThrownBy(() -> Names.check("job id", "ab\u0007"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            refused -> {
              assertThat(refused.what()).isEqualTo("job id");
              assertThat(refused.where()).contains("2");
              assertThat(refused).hasMessageContaining("job id");
            });
  }

  @Example
  void free_text_may_be_long_and_hold_anything_but_nul_and_halves() {
    String longest = "x".repeat(Names.TEXT_CHARS_MAX);
    for (String text : List.of("", "\n\t\u0001", longest)) {
      assertThat(Names.checkText("text", text)).isEqualTo(text);
    }
    for (String text : List.of("a\u0000", "\uD83D", longest + "x")) {
      assertThatThrownBy(() -> Names.checkText("text", text))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Example
  void unique_names_are_legal_and_differ() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      names.add(Names.check("id", Names.unique()));
    }
    assertThat(names).hasSize(10_000);
  }

  private static void requireRefused(String name) {
    assertThatThrownBy(() -> Names.check("id", name)).isInstanceOf(InvalidInputException.class);
  }

  private static byte[] utf8(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /** Short strings around the places where UTF-16 and UTF-8 disagree. */
  @Provide
  Arbitrary<String> names() {
    Arbitrary<Integer> edges =
        Arbitraries.of(
            0x61, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF);
    Arbitrary<Integer> anything =
        Arbitraries.integers()
            .between(1, Character.MAX_CODE_POINT)
            .filter(point -> point < 0xD800 || point > 0xDFFF);
    return Arbitraries.oneOf(edges, anything)
        .list()
        .ofMaxSize(4)
        .map(
            points ->
                points.stream()
                    .collect(
                        StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString());
  }
}
