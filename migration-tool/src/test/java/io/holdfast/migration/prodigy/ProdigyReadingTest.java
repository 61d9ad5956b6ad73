package io.holdfast.migration.prodigy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.Json;
import io.holdfast.migration.copy.Intake.Action;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** How files are opened and taken to pieces. */
class ProdigyReadingTest {

  @TempDir private Path directory;

  @Test
  void cuts_lines_wherever_they_end() throws IOException {
    String text = "a\n\n" + "b".repeat(20_000) + "\r\nlast";

    List<String> lines = new ArrayList<>();
    try (Lines read = new Lines(new ByteArrayInputStream(text.getBytes(UTF_8)))) {
      for (Lines.Line line = read.next(); line != null; line = read.next()) {
        lines.add(line.number() + " " + line.offset() + " " + line.bytes().length);
      }
    }

    assertThat(lines).containsExactly("1 0 1", "2 2 0", "3 3 20001", "4 20005 4");
  }

  @Test
  void goes_on_behind_a_line_that_is_too_long() throws IOException {
    byte[] content = new byte[Json.BYTES_MAX + 10];
    content[Json.BYTES_MAX + 5] = '\n';

    try (Lines lines = new Lines(new ByteArrayInputStream(content))) {
      Lines.Line first = lines.next();
      assertThat(first).isNotNull();
      assertThat(first.tooLong()).isTrue();
      assertThat(first.bytes()).isEmpty();
      Lines.Line second = lines.next();
      assertThat(second).isNotNull();
      assertThat(second.tooLong()).isFalse();
      assertThat(second.offset()).isEqualTo(Json.BYTES_MAX + 6);
    }
  }

  @Test
  void opens_what_is_compressed_by_its_first_bytes() throws IOException {
    assertThat(inflated(Tree.gzip("text"))).isEqualTo("text");
    assertThat(inflated(Tree.zstandard("text"))).isEqualTo("text");
    assertThat(inflated(Tree.lz4("text"))).isEqualTo("text");
    assertThat(inflated("text".getBytes(UTF_8))).isEqualTo("text");
    assertThat(inflated(new byte[0])).isEmpty();
  }

  @Test
  void opens_a_block_that_has_no_such_bytes_by_its_name() throws IOException {
    String text = "{\"text\":\"" + "prodigy ".repeat(8) + "\"}";
    // Made by LZ4_compress_default of liblz4 1.9.4, behind the size as the Rust crate writes it.
    byte[] block =
        HexFormat.of().parseHex("4b000000ff027b2274657874223a2270726f646967792008002250677920227d");

    assertThat(inflated("a.checkpoint.lz4", block)).isEqualTo(text);
    assertThat(inflated("a.checkpoint.lz4", Tree.lz4Block(text))).isEqualTo(text);
    assertThat(inflated("a.checkpoint.lz4", Tree.lz4(text))).isEqualTo(text);
    assertThat(inflated("a.checkpoint.lz4", text.getBytes(UTF_8))).isEqualTo(text);
    assertThat(inflated("a.checkpoint.lz4", "{\n ".getBytes(UTF_8))).isEqualTo("{\n ");
  }

  @Test
  void fails_if_a_block_is_not_as_long_as_it_says() {
    byte[] block = Tree.lz4Block("prodigy ".repeat(8));
    byte[] more = block.clone();
    more[0]--;

    assertThatThrownBy(() -> inflated("a.checkpoint.lz4", Arrays.copyOf(block, block.length - 3)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> inflated("a.checkpoint.lz4", more))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than its size");
    byte[] less = block.clone();
    less[0]++;
    assertThatThrownBy(() -> inflated("a.checkpoint.lz4", less))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("1 bytes are missing");
  }

  private String inflated(byte[] bytes) throws IOException {
    return inflated("file.gz", bytes);
  }

  private String inflated(String name, byte[] bytes) throws IOException {
    new Tree(directory).write(name, bytes);
    try (InputStream content = Inflated.open(directory.resolve(name))) {
      return new String(content.readAllBytes(), UTF_8);
    }
  }

  @Test
  void takes_the_events_before_a_file_inflates_too_much() throws IOException {
    String event =
        Samples.event("e-1", "2025-10-01T00:00:00Z", Samples.agent("j", "job_started", ""));
    new Tree(directory).write("bomb.jsonl.gz", Tree.gzip(event + "\n" + " ".repeat(65 << 20)));
    List<String> seen = new ArrayList<>();
    Witness witness =
        (kind, action, reason, place, detail) ->
            seen.add(kind + " " + action + " " + reason + " " + place.line());

    try (EventReader reader = new EventReader(file("bomb.jsonl.gz"), false, witness)) {
      assertThat(reader.next()).isNotNull();
      assertThat(reader.next()).isNull();
    }

    assertThat(seen).containsExactly("events " + Action.REJECTED + " inflates-too-much 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "zstandard", "lz4", "lz4 block"})
  void says_where_a_compressed_file_is_damaged_and_goes_on(String form) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      text.append(
          Samples.event(
              "e-" + i, "2025-10-01T00:00:00Z", Samples.agent("j", "job_started", "\"n\":" + i)));
      text.append('\n');
    }
    byte[] whole =
        switch (form) {
          case "gzip" -> Tree.gzip(text.toString());
          case "zstandard" -> Tree.zstandard(text.toString());
          case "lz4 block" -> Tree.lz4Block(text.toString());
          default -> Tree.lz4(text.toString());
        };
    // From behind the bytes that tell the form.
    for (int at = 4; at < whole.length; at += 29) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      requireToEnd(damaged);
      requireToEnd(Arrays.copyOf(whole, at));
    }
  }

  /** Whatever comes of it: it is not an exception, and nothing is rejected without a word. */
  private void requireToEnd(byte[] bytes) throws IOException {
    new Tree(directory).write("a.jsonl.lz4", bytes);
    List<String> rejected = new ArrayList<>();
    Witness witness = (kind, action, reason, place, detail) -> rejected.add(reason);
    int events = 0;
    try (EventReader reader = new EventReader(file("a.jsonl.lz4"), false, witness)) {
      while (reader.next() != null) {
        events++;
      }
    } catch (IOException e) {
      // Not even the beginning is whole: the survey says so of the file.
      return;
    }
    assertThat(events == 200 || !rejected.isEmpty()).as("said something").isTrue();
  }

  private StoreFile file(String name) {
    return new StoreFile(new StoreRoot(directory, "", null), directory.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"environment_snapshot\":{\"variables\":{\"A\":\"secret\"}}}",
        "{\"a\":[{\"environment_variables\":{\"A\":\"secret\"}}]}",
        "{\"state.environment_vars.A\":\"secret\"}",
        "{\"a\":\"[{\\\"environment_snapshot\\\":{\\\"A\\\":\\\"secret\\\"}}]\"}",
        "{\"a\":[\"{\\\"b\\\":\\\"{\\\\\\\"env_vars\\\\\\\":{\\\\\\\"A\\\\\\\":\\\\\\\"secret\\\\\\\"}}\\\"}\"]}",
        "{\"a\":\"{\\\"environment_snapshot\\\":{\\\"A\\\":\\\"secret\"}",
        "{\"a\":\"saved {\\\"environment_snapshot\\\": {\\\"A\\\":\\\"secret\\\"}}\"}",
        "{\"a\":\"\\\"{\\\\\\\"env_vars\\\\\\\":{\\\\\\\"A\\\\\\\":\\\\\\\"secret\\\\\\\"}}\\\"\"}",
        "{\"a\":\"VariableState { environment_variables: {\\\"A\\\": \\\"secret\\\"} }\"}",
        "{\"a\":\"EnvironmentSnapshot { variables: {\\\"A\\\": \\\"secret\\\"} }\"}",
      })
  void drops_an_environment_wherever_it_hides(String text) {
    JsonNode tree = Json.of(text).tree();

    assertThat(Environment.dropFrom(tree)).isTrue();
    assertThat(tree.toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"environment\":\"staging\",\"env\":\"x\"}",
        "{\"text\":\"see environment_snapshot in the manual\"}",
        "{\"text\":\"environment_variables: see the manual\"}",
        "{\"environment_variables\":{},\"a\":\"{\\\"x\\\":1.50}\"}",
      })
  void drops_nothing_else(String text) {
    JsonNode tree = Json.of(text).tree();

    assertThat(Environment.dropFrom(tree)).isFalse();
  }

  @Test
  void takes_no_byte_order_mark_along() {
    Document document = Document.of("\ufeff{\"a\":1}\r".getBytes(UTF_8), false);

    assertThat(document.tree().get("a").intValue()).isEqualTo(1);
    assertThat(document.notes().reasons()).containsExactly(Notes.BYTE_ORDER_MARK);
  }

  @Test
  void rejects_an_event_that_could_never_be_compared() {
    String numbers = "1e999,".repeat(110_000) + "1";
    String line =
        Samples.event(
            "e", "2025-10-01T00:00:00Z", Samples.agent("j", "x", "\"n\":[" + numbers + "]"));
    Document document = Document.of(line.getBytes(UTF_8), false);

    assertThatThrownBy(() -> EventMapping.map(document, null))
        .isInstanceOf(Rejected.class)
        .extracting(e -> ((Rejected) e).reason())
        .isEqualTo(Rejected.TOO_LARGE);
  }

  @Test
  void quotes_no_more_than_a_little_of_a_file() {
    String text = "\ud83d\ude00".repeat(400);

    assertThat(new Rejected("unknown-state", "a" + text).detail())
        .isEqualTo("a" + text.substring(0, 498) + "...");
  }

  @Test
  void replaces_nul_but_not_what_only_looks_like_it() {
    Document document =
        Document.of("{\"a\":\"x\\u0000y\",\"b\":\"\\\\u0000\"}".getBytes(UTF_8), false);

    assertThat(document.tree().get("a").stringValue()).isEqualTo("x\ufffdy");
    assertThat(document.tree().get("b").stringValue()).isEqualTo("\\u0000");
    assertThat(document.notes().reasons()).containsExactly(Notes.NUL_REPLACED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{\"a\":1} {\"b\":2}", "\u00ff", ""})
  void rejects_what_is_not_one_document(String text) {
    assertThatThrownBy(() -> Document.of(text.getBytes(UTF_8), false))
        .isInstanceOf(Rejected.class)
        .extracting(e -> ((Rejected) e).reason())
        .isEqualTo(Rejected.NOT_JSON);
  }
}
