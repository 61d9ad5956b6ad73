package io.holdfast.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.WorkflowId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class StateSizeTest {

  private static final WorkflowId WORKFLOW = new WorkflowId("nightly-7");

  /** What is said about a state of so many bytes, most of them in {@code large}. */
  private static String saidOf(int bytes) {
    String rest = "{\"small\":1,\"large\":\"\"}";
    String json = "{\"small\":1,\"large\":\"" + "x".repeat(bytes - rest.length()) + "\"}";
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      StateSize.warnOf(WORKFLOW, json.getBytes(UTF_8));
    } finally {
      System.setErr(before);
    }
    return said.toString(UTF_8);
  }

  @Test
  void a_state_of_more_than_ten_megabytes_is_warned_of_with_what_makes_it_large() {
    assertThat(saidOf(StateSize.LARGE_BYTES + 1))
        .contains(
            "WARN",
            "nightly-7",
            "10000001 bytes",
            "the largest parts are /large (9999989 bytes), /small (9 bytes)");
  }

  @Test
  void a_state_of_ten_megabytes_is_not() {
    assertThat(saidOf(StateSize.LARGE_BYTES)).isEmpty();
  }
}
