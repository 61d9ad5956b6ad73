package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.runWithInput;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.migration.Commands.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options that would silently do something else than they say. */
class RefusedOptionsTest {

  @TempDir private Path directory;
  private String from;
  private String to;

  @BeforeEach
  void choose_places() {
    from = "file:" + directory.resolve("from");
    to = "file:" + directory.resolve("to");
  }

  private static void append(String storage) {
    String line = "{\"job\":\"j\",\"type\":\"t\"}\n";
    assertThat(runWithInput(line, "events", "append", "--storage", storage).exitCode()).isZero();
  }

  @Test
  void compares_no_directory_that_may_lack_what_its_writer_has_acknowledged() {
    append(from);
    append(to);

    for (String[] sides :
        List.of(
            new String[] {from + "?access=read", to}, new String[] {from, to + "?access=read"})) {
      Result refused = run("verify", "--from", sides[0], "--to", sides[1]);

      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).contains("must not be opened with access=read");
    }
  }

  @Test
  void counts_everything_or_says_that_it_cannot() {
    append(from);

    assertThat(succeed("events", "query", "--storage", from, "--count").out().strip())
        .isEqualTo("1");
    Result refused = run("events", "query", "--storage", from, "--count", "--from", "1");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--count looks at all").contains("--from");
  }
}
