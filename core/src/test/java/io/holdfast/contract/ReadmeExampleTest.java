package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The code that README.md shows is that of {@link ResumedRun}, which each backend runs. */
class ReadmeExampleTest {

  @Test
  void is_printed_to_the_letter() throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains(example("resume"), example("fail"));
  }

  private static String example(String tag) throws IOException {
    String source = Files.readString(Path.of("src/test/java/io/holdfast/contract/ResumedRun.java"));
    String begin = "// tag::" + tag + "\n";
    return source
        .substring(source.indexOf(begin) + begin.length(), source.indexOf("    // end::" + tag))
        .stripTrailing()
        .stripIndent();
  }
}
