package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {

  @ParameterizedTest
  @CsvSource({
    "run-7_x, run-7_x",
    "Run, %52un",
    "a.b, a.b",
    ".., %2E%2E",
    ".hidden, %2Ehidden",
    "end., end%2E",
    "../a/b, %2E.%2Fa%2Fb",
    "100%, 100%25",
    "a b, a%20b",
    "é, %C3%A9"
  })
  void keeps_what_is_safe_and_escapes_the_rest(String id, String name) {
    assertThat(FileNames.of(id)).isEqualTo(name);
  }

  @Test
  void long_ids_have_different_names_that_fit() {
    String common = "x".repeat(250);
    String wide = "\uD83D\uDE00".repeat(127);
    List<String> names =
        List.of(common + "a", common + "b", wide, wide + "a", "X".repeat(255)).stream()
            .map(FileNames::of)
            .toList();

    assertThat(names).doesNotHaveDuplicates().allSatisfy(this::requireFit);
  }

  private void requireFit(String name) {
    assertThat(name.length() + ".json".length()).isLessThanOrEqualTo(255);
    assertThat(name).matches("[a-z0-9_.%A-F-]+~[0-9a-f]{64}");
    assertThat(name.replaceAll("%[0-9A-F]{2}", ""))
        .isEqualTo(name.replaceAll("%[0-9A-F]{2}", "").toLowerCase(Locale.ROOT));
  }
}
