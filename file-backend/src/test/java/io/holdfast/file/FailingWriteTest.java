package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.SessionDetails;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What becomes of writes while one fails. A named pipe in the place of an event file keeps the
 * write waiting until somebody reads, and then fails it, as it cannot be written at an offset.
 */
class FailingWriteTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Instant TIME = Instant.parse("2020-01-15T10:00:00Z");
  private static final SessionId SESSION = new SessionId("s");

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  private Path pipe() throws IOException, InterruptedException {
    Path pipe = live.path().resolve("events/2020-01.jsonl");
    Files.createDirectories(pipe.getParent());
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  private static void fail(Path pipe) throws IOException {
    new FileInputStream(pipe.toFile()).close();
    Files.delete(pipe);
  }

  private static Mono<?> eventAndSession(UnifiedStorage storage) {
    return storage.inTransaction(
        tx ->
            tx.sessions()
                .create(SESSION, SessionDetails.of("build", "r", Json.EMPTY))
                .then(
                    tx.events()
                        .append(
                            new JobId("job"),
                            ExpectedVersion.any(),
                            List.of(Event.of("a", Json.EMPTY).at(TIME)))));
  }

  private void awaitCommit() throws IOException {
    Path journal = Directories.journal(live.path());
    var unused =
        Await.until(
            Mono.fromCallable(() -> Files.size(journal))
                .subscribeOn(Schedulers.boundedElastic())
                .filter(size -> size > 0));
  }

  private static void requireUnavailable(CompletableFuture<?> written) {
    assertThatThrownBy(() -> written.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(UnavailableException.class);
  }

  @Test
  void a_write_that_fails_while_the_storage_closes_is_there_whole_at_the_next_opening()
      throws Exception {
    Path pipe = pipe();
    CompletableFuture<?> written = eventAndSession(live.storage()).toFuture();
    awaitCommit();
    CompletableFuture<Void> closed = live.storage().close().toFuture();
    fail(pipe);
    closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS);

    requireUnavailable(written);
    UnifiedStorage storage = live.reopen();
    assertThat(storage.sessions().find(SESSION).blockOptional(LIMIT)).isPresent();
    assertThat(storage.events().count(EventFilter.all()).block(LIMIT)).isEqualTo(1);
  }

  @Test
  void writes_that_wait_for_room_are_told_of_the_failure() throws Exception {
    Path pipe = pipe();
    List<CompletableFuture<?>> writes = new ArrayList<>();
    writes.add(eventAndSession(live.storage()).toFuture());
    awaitCommit();
    Json large = Json.of("\"" + "x".repeat(12 << 20) + "\"");
    for (int i = 0; i < 5; i++) {
      WorkflowId workflow = new WorkflowId("w" + i);
      writes.add(
          live.storage().checkpoints().append(workflow, 0, CheckpointContent.of(large)).toFuture());
    }
    fail(pipe);

    writes.forEach(FailingWriteTest::requireUnavailable);
  }
}
