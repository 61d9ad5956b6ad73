package io.holdfast.migration.demo;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.migration.Commands.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {

  @TempDir private Path directory;

  @Test
  void shows_everything_and_leaves_nothing_behind() {
    Result demo = run("demo", "--directory", directory.toString());

    assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
    assertThat(demo.out())
        .contains("Identical: ", "kill -9", "run.resumed", "run.completed", "All of it holds")
        .doesNotContain("NOT ", "\u001b");
    assertThat(demo.err()).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void keeps_the_database_when_asked() throws IOException, InterruptedException {
    Result demo = run("demo", "--keep", "--directory", directory.toString());

    assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
    String url = after(demo, "--storage ").replace("'", "");
    Result tail = run("events", "tail", "--storage", url, "--from", "beginning", "--limit", "5");
    Process stop = new ProcessBuilder("sh", "-c", after(demo, "stop    ")).start();

    assertThat(tail.out().lines()).hasSize(5);
    assertThat(stop.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stop.exitValue()).isZero();
  }

  private static String after(Result demo, String label) {
    String line =
        demo.out().lines().filter(text -> text.contains(label)).reduce((a, b) -> b).orElseThrow();
    return line.substring(line.indexOf(label) + label.length());
  }
}
