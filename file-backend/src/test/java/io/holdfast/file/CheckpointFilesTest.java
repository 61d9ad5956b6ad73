package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.contract.Await;
import io.holdfast.contract.SlowState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** The files of checkpoints: older ones, damaged ones, and another process that reads them. */
class CheckpointFilesTest {

  private static final WorkflowId WORKFLOW = new WorkflowId("run-7");

  @RegisterExtension final FreshDirectory directory = new FreshDirectory();

  @CanIgnoreReturnValue
  private List<Checkpoint> saved(int count) {
    SlowState state = new SlowState(60, 500, 1);
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 0; version < count; version++) {
      saved.add(
          Await.value(
              directory.storage().checkpoints().append(WORKFLOW, version, state.content())));
      state.change(3);
    }
    return saved;
  }

  @Test
  void a_large_document_of_an_older_version_is_read_and_built_on() throws IOException {
    SlowState state = new SlowState(60, 500, 2);
    StateDigest digest = StateDigest.of(state.json());
    Json old =
        new JsonWriter()
            .text("workflow", "run-7")
            .number("version", 1)
            .text("createdAt", "2026-01-01T00:00:00.000000Z")
            .number("sizeBytes", digest.sizeBytes())
            .text("sha256", digest.sha256())
            .json("metadata", Json.EMPTY)
            .json("state", state.json())
            .end();
    directory.close();
    Path file = directory.path().resolve("checkpoints/run-7/000000000001.json");
    Files.createDirectories(file.getParent());
    Files.write(file, Line.bytes("checkpoints", old));
    Files.delete(directory.path().resolve("index.jsonl"));
    UnifiedStorage storage = directory.reopen();

    assertThat(Await.value(storage.checkpoints().findLatest(WORKFLOW)).content())
        .isEqualTo(CheckpointContent.of(state.json()));
    state.change(2);
    Checkpoint second = Await.value(storage.checkpoints().append(WORKFLOW, 1, state.content()));
    assertThat(Await.value(storage.checkpoints().findLatest(WORKFLOW))).isEqualTo(second);
  }

  @Test
  void every_flipped_byte_of_every_file_is_found() throws IOException {
    saved(2);
    directory.close();
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory.path())) {
      files = all.filter(file -> file.toString().contains("/checkpoint")).toList();
    }
    files = files.stream().filter(Files::isRegularFile).toList();
    assertThat(files).hasSize(4);
    UnifiedStorage storage = directory.reopen();

    for (Path file : files) {
      byte[] intact = Files.readAllBytes(file);
      for (int at = 0; at < intact.length; at += 1 + intact.length / 40) {
        byte[] damaged = intact.clone();
        damaged[at] ^= 4;
        Files.write(file, damaged);
        assertThat(Await.failure(CorruptDataException.class, read(storage)))
            .as("byte %d of %s", at, file)
            .hasMessageContaining(String.valueOf(file.getFileName()));
      }
      Files.write(file, intact);
    }
    assertThat(Await.all(read(storage))).hasSize(2);
  }

  private static Flux<Checkpoint> read(UnifiedStorage storage) {
    return storage.transfer(Checkpoint.KIND).export();
  }

  @Test
  void another_process_reads_large_checkpoints_while_they_come_and_go() {
    List<Checkpoint> saved = saved(5);
    UnifiedStorage reader =
        FreshDirectory.open(
            FileConfiguration.builder(directory.path())
                .access(FileConfiguration.Access.READ)
                .build());

    assertThat(Await.all(read(reader))).isEqualTo(saved);
    Await.done(directory.storage().checkpoints().delete(WORKFLOW, 1));
    Await.done(directory.storage().checkpoints().delete(WORKFLOW, 5));
    assertThat(Await.value(reader.checkpoints().findLatest(WORKFLOW))).isEqualTo(saved.get(3));
    FreshDirectory.close(reader);
  }

  @Test
  void a_scan_without_an_index_finds_what_is_needed() throws IOException {
    List<Checkpoint> saved = saved(5);
    directory.close();
    Files.delete(directory.path().resolve("index.jsonl"));
    UnifiedStorage storage = directory.reopen();

    Await.done(storage.checkpoints().delete(WORKFLOW, 1));
    Await.done(storage.checkpoints().delete(WORKFLOW, 3));
    assertThat(Await.all(read(storage))).containsExactly(saved.get(1), saved.get(3), saved.get(4));
  }
}
