package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.contract.Await;
import io.holdfast.session.SessionDetails;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.node.ObjectNode;

/** What opening leaves behind, and what it clears away. */
class OpeningTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  @TempDir private Path scratch;

  private void write(String id) {
    live.storage()
        .sessions()
        .create(new SessionId(id), SessionDetails.of("build", "r", Json.EMPTY))
        .block(LIMIT);
  }

  /** A named pipe in the place of a file that is read under the lock keeps the opening waiting. */
  @Test
  void a_cancelled_opening_leaves_the_directory_free() throws Exception {
    live.close();
    Path format = live.path().resolve("holdfast.json");
    byte[] content = Files.readAllBytes(format);
    Files.delete(format);
    assertThat(new ProcessBuilder("mkfifo", format.toString()).start().waitFor()).isZero();
    Mono<UnifiedStorage> opening =
        FileStorage.create(FileConfiguration.builder(live.path()).build());

    CompletableFuture<UnifiedStorage> abandoned = opening.toFuture();
    try (OutputStream pipe = Files.newOutputStream(format)) {
      abandoned.cancel(true);
      Files.delete(format);
      Files.write(format, content);
      assertThatThrownBy(() -> opening.block(LIMIT)).isInstanceOf(UnavailableException.class);
      pipe.write(content);
    }

    UnifiedStorage next =
        opening.retryWhen(Retry.fixedDelay(100, Duration.ofMillis(50))).block(LIMIT);
    FreshDirectory.close(next);
  }

  /** Closing had turned to a new journal, and then no time to do what the old one was kept for. */
  @Test
  void what_only_older_journals_hold_is_done_while_it_is_open() throws IOException {
    write("s");
    Path left = Directories.copy(live.path(), scratch.resolve("left"));
    Path newest = Directories.journal(left);
    assertThat(newest).isNotEmptyFile();
    Files.createFile(Journal.file(left, 1 + Journal.numbers(left).get(0)));

    UnifiedStorage opened = FreshDirectory.open(left);
    Await.that(() -> !Files.exists(newest));
    FreshDirectory.close(opened);

    assertThat(Journal.isThereAny(left)).isFalse();
  }

  @Test
  void a_failed_opening_leaves_the_directory_free_and_no_file_open() throws IOException {
    write("s");
    live.close();
    Path batches = live.path().resolve("batches.jsonl");
    byte[] content = Files.readAllBytes(batches);
    Directories.flip(batches, 5);

    assertThatThrownBy(() -> FreshDirectory.open(live.path()))
        .isInstanceOf(CorruptDataException.class);
    assertThat(openFiles()).isZero();
    Files.write(batches, content);
    live.reopen();
  }

  /** It did not have the times of checkpoints: then everything is read again. */
  @Test
  void an_index_of_an_older_program_does_not_hide_when_checkpoints_were_saved() throws IOException {
    for (int n = 1; n <= 3; n++) {
      live.storage()
          .checkpoints()
          .append(new WorkflowId("w-" + n % 2), (n - 1) / 2, CheckpointContent.of(Json.EMPTY))
          .block(LIMIT);
    }
    List<CheckpointInfo> newest =
        live.storage().checkpoints().listNewest(null, 9).collectList().block(LIMIT);
    assertThat(newest).extracting(CheckpointInfo::version).containsExactly(2L, 1L, 1L);
    live.close();
    Path index = IndexFile.file(live.path());
    List<Line> lines = new ArrayList<>();
    assertThat(LineFile.read(index, lines::add)).isTrue();
    try (LineFile file = new LineFile(index)) {
      for (Line line : lines) {
        file.add(line.tag(), withoutTime(line.record()));
      }
      file.finish();
    }

    live.reopen();

    assertThat(live.storage().checkpoints().listNewest(null, 9).collectList().block(LIMIT))
        .isEqualTo(newest);
  }

  private static Json withoutTime(Json line) {
    ObjectNode record = (ObjectNode) line.tree();
    boolean isCheckpoint =
        record.has("kind") && record.get("kind").stringValue().equals("checkpoints");
    if (isCheckpoint) {
      record.put("created", 0);
    }
    record.remove("format");
    return Json.of(record);
  }

  private long openFiles() throws IOException {
    long count = 0;
    try (var files = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path file : files) {
        count += Files.readSymbolicLink(file).startsWith(live.path()) ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void journals_left_behind_are_cleared_away() throws IOException {
    for (int i = 0; i < 4; i++) {
      write("s" + i);
      live.reopen();
    }
    live.close();
    Path left = Journal.file(live.path(), 1);
    assertThat(left).doesNotExist();
    Files.createFile(left);

    live.reopen();
    assertThat(left).doesNotExist();
    live.close();
    Files.delete(live.path().resolve("index.jsonl"));
    live.reopen();
  }

  @Test
  void every_directory_with_a_new_name_in_it_is_made_durable() throws IOException {
    assertThat(Disk.makeDirectory(scratch.resolve("a/b/c")))
        .containsExactly(scratch.resolve("a/b"), scratch.resolve("a"), scratch);
    assertThat(Disk.makeDirectory(scratch.resolve("a/b/c"))).isEmpty();
  }
}
