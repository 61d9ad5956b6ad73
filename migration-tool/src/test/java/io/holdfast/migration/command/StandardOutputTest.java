package io.holdfast.migration.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import org.junit.jupiter.api.Test;

class StandardOutputTest {

  private static OutputStream failing(String reason) {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        throw new IOException(reason);
      }
    };
  }

  private static StandardOutput printed(OutputStream to) {
    StandardOutput output = new StandardOutput(to);
    PrintWriter writer = new PrintWriter(output, true, UTF_8);
    writer.println("a line");
    writer.println("another");
    return output;
  }

  @Test
  void passes_on_what_is_printed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    assertThat(printed(bytes).failure()).isNull();
    assertThat(bytes.toString(UTF_8)).isEqualToNormalizingNewlines("a line\nanother\n");
  }

  @Test
  void remembers_why_something_could_not_be_written() {
    assertThat(printed(failing("No space left on device")).failure())
        .isEqualTo("No space left on device");
  }

  @Test
  void nobody_who_reads_is_no_failure() {
    assertThat(printed(failing("Broken pipe")).failure()).isNull();
  }
}
