package io.holdfast.migration.export;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.OddRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports that are not as they were written. Nothing of them is read in. */
class SpoiledExportTest {

  @TempDir private Path directory;
  private Path backup;
  private ExportFiles files;

  @BeforeEach
  void make_an_export() {
    String from = "file:" + directory.resolve("from");
    backup = directory.resolve("backup");
    files = new ExportFiles(backup);
    Commands.with(from, OddRecords::loadInto);
    succeed("export", "--from", from, "--to", backup.toString(), "--format", "jsonl");
  }

  @CanIgnoreReturnValue
  private Result refused(int exitCode, String... expected) {
    Path to = directory.resolve("to");
    Result refused = run("import", "--from", backup.toString(), "--to", "file:" + to);

    assertThat(refused.exitCode()).as(refused.err()).isEqualTo(exitCode);
    assertThat(refused.err()).contains(expected);
    assertThat(to).as("nothing was written").doesNotExist();
    return refused;
  }

  private String file(String name) {
    return backup.resolve(name).toString();
  }

  @Test
  void a_changed_letter_shows_in_the_hash() throws IOException {
    files.edit("workflows.jsonl", text -> text.replaceFirst("line", "lime"));

    refused(1, file("workflows.jsonl"), "its SHA-256 is");
  }

  @Test
  void a_line_that_is_cut_off_is_named() throws IOException {
    files.edit("events.jsonl", text -> text.substring(0, text.length() - 10));

    refused(1, file("events.jsonl") + ", line 32", "cut off");
  }

  @Test
  void lines_that_are_missing_are_counted() throws IOException {
    files.edit("events.jsonl", text -> text.substring(0, text.indexOf('\n') + 1));

    refused(1, file("events.jsonl"), "1 records instead of 32");
  }

  @Test
  void a_missing_file_is_named() throws IOException {
    Files.delete(backup.resolve("locks.jsonl"));

    refused(1, file("locks.jsonl"), "it is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{}",
        "[]",
        "",
        "{\"changedAt\":\"2025-01-01T00:00:00Z\",\"job\":\"\",\"released\":true,\"subscription\":\"s\"}",
        "{\"changedAt\":\"2025-01-01\",\"job\":\"j\",\"released\":true,\"subscription\":\"s\"}",
        "{\"changedAt\":\"2025-01-01T00:00:00Z\",\"job\":\"j\",\"more\":1,\"released\":true,\"subscription\":\"s\"}",
        "{\"changedAt\":\"2025-01-01T00:00:00Z\",\"job\":\"j\",\"job\":\"j\",\"released\":true,\"subscription\":\"s\"}",
        "{\"job\":\"j\",\"changedAt\":\"2025-01-01T00:00:00Z\",\"released\":true,\"subscription\":\"s\"}",
      })
  void a_line_that_is_no_record_is_named_whoever_wrote_the_hash(String line) throws IOException {
    files.forge(
        "held-jobs.jsonl",
        text -> {
          int second = text.indexOf('\n') + 1;
          return text.substring(0, second) + line + text.substring(text.indexOf('\n', second));
        });

    refused(1, file("held-jobs.jsonl") + ", line 2");
  }

  @Test
  void lines_in_another_order_are_named_whoever_wrote_the_hash() throws IOException {
    files.forge(
        "locks.jsonl",
        text -> {
          int second = text.indexOf('\n') + 1;
          int third = text.indexOf('\n', second) + 1;
          return text.substring(second, third) + text.substring(0, second) + text.substring(third);
        });

    refused(1, file("locks.jsonl") + ", line 2", "The order of locks");
  }

  @Test
  void a_character_that_no_storage_keeps_is_named_whoever_wrote_the_hash() throws IOException {
    files.forge("events.jsonl", text -> text.replaceFirst("only text", "only\\\\u0000text"));

    refused(1, file("events.jsonl") + ", line 7", "u0000");
  }

  @Test
  void what_is_not_known_is_not_guessed() throws IOException {
    files.edit("manifest.json", text -> text.replace("held-jobs", "hold-jobs"));
    refused(2, "records of kind hold-jobs");

    files.edit("manifest.json", text -> text.replace("\"formatVersion\":1", "\"formatVersion\":2"));
    refused(2, "format version 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"format\":\"other\",\"formatVersion\":1,\"kinds\":[]}",
        "{\"format\":\"holdfast-export\",\"formatVersion\":1,\"kinds\":[{}]}",
        "{\"format\":\"holdfast-export\",\"formatVersion\":1,\"kinds\":[{\"kind\":\"locks\","
            + "\"file\":\"../locks.jsonl\",\"records\":0,\"sha256\":\"\"}]}",
      })
  void a_manifest_that_cannot_be_read_is_named(String manifest) throws IOException {
    Files.writeString(backup.resolve("manifest.json"), manifest);

    refused(1, file("manifest.json"));
  }

  @Test
  void without_a_manifest_it_is_no_export() throws IOException {
    Files.delete(backup.resolve("manifest.json"));

    refused(3, "There is no export at " + backup);
  }

  @Test
  void damage_in_a_compressed_file_is_noticed() throws IOException {
    Path small = directory.resolve("small");
    succeed(
        "export",
        "--from",
        "export:" + backup,
        "--to",
        small.toString(),
        "--format",
        "jsonl",
        "--compress");
    byte[] bytes = Files.readAllBytes(small.resolve("events.jsonl.zst"));
    for (int cut : new int[] {0, 1, bytes.length / 2, bytes.length - 1}) {
      Files.write(small.resolve("events.jsonl.zst"), Arrays.copyOf(bytes, cut));
      backup = small;
      refused(1, file("events.jsonl.zst"));
    }
    bytes[bytes.length / 2] ^= 1;
    Files.write(small.resolve("events.jsonl.zst"), bytes);
    refused(1, file("events.jsonl.zst"));
  }
}
