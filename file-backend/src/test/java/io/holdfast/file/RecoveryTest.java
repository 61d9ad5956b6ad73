package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What opening makes of what a crash, or an accident, has left. */
class RecoveryTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JobId JOB = new JobId("job");
  private static final SessionDetails DETAILS = SessionDetails.of("build", "r", Json.EMPTY);

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  @TempDir private Path scratch;

  @CanIgnoreReturnValue
  private static <T> T value(Mono<T> publisher) {
    T value = publisher.block(LIMIT);
    assertThat(value).isNotNull();
    return value;
  }

  private static EventBatch batch() {
    return EventBatch.of(
        JOB, ExpectedVersion.any(), List.of(Event.of("a", Json.EMPTY), Event.of("b", Json.EMPTY)));
  }

  private static SessionId session(int n) {
    return new SessionId("Session/" + n);
  }

  /** Two commits: a session, then a session with two events. */
  private Path crashAfterTwoCommits() throws IOException {
    value(live.storage().sessions().create(session(1), DETAILS));
    value(
        live.storage()
            .inTransaction(
                tx -> tx.events().append(batch()).then(tx.sessions().create(session(2), DETAILS))));
    return Directories.copy(live.path(), scratch.resolve("crashed"));
  }

  private static void with(Path directory, Consumer<UnifiedStorage> look) {
    UnifiedStorage storage = FreshDirectory.open(directory);
    try {
      look.accept(storage);
    } finally {
      FreshDirectory.close(storage);
    }
  }

  private static void requireEverything(UnifiedStorage storage) {
    assertThat(value(storage.sessions().list(SessionFilter.all()).count())).isEqualTo(2);
    assertThat(value(storage.sessions().get(session(2))).version()).isEqualTo(1);
    assertThat(value(storage.events().count(EventFilter.all()))).isEqualTo(2);
    assertThat(value(storage.events().count(EventFilter.job(JOB)))).isEqualTo(2);
    assertThat(value(storage.events().append(batch())).last().version()).isEqualTo(4);
  }

  @Test
  void a_tail_torn_at_any_byte_is_cut_off() throws IOException {
    Path journal = Directories.journal(crashAfterTwoCommits());
    byte[] whole = Files.readAllBytes(journal);
    int firstCommit = endOfFirstCommit(journal);
    for (int length = whole.length - 1; length > firstCommit; length--) {
      Files.write(journal, java.util.Arrays.copyOf(whole, length));

      assertThat(new JournalReplay(journal, true).repair())
          .as("cut at %s", length)
          .isEqualTo(length - firstCommit);
      assertThat(Files.size(journal)).isEqualTo(firstCommit);
    }
  }

  private static int endOfFirstCommit(Path journal) throws IOException {
    try (LineReader lines = new LineReader(journal)) {
      while (lines.advance()) {
        if (lines.number() > 1 && Line.hasTag(lines.buffer(), lines.from(), Journal.COMMIT)) {
          return (int) lines.offset();
        }
      }
    }
    throw new AssertionError("There is one commit only");
  }

  @Test
  void a_tail_of_garbage_is_cut_off() throws IOException {
    Path journal = Directories.journal(crashAfterTwoCommits());
    long whole = Files.size(journal);
    Files.write(journal, new byte[5_000], StandardOpenOption.APPEND);
    Files.writeString(journal, "\nx\n\n{}", StandardOpenOption.APPEND);

    assertThat(new JournalReplay(journal, true).repair()).isEqualTo(5_006);
    assertThat(Files.size(journal)).isEqualTo(whole);
  }

  @Test
  void what_is_cut_off_is_reported_and_the_storage_goes_on() throws IOException {
    Path crashed = crashAfterTwoCommits();
    Path journal = Directories.journal(crashed);
    Files.writeString(journal, "half a li", StandardOpenOption.APPEND);

    with(
        crashed,
        storage -> {
          assertThat(value(storage.health()).facts().get("recovered")).contains("9 bytes");
          requireEverything(storage);
        });
    with(
        crashed,
        storage -> assertThat(value(storage.health()).facts()).doesNotContainKey("recovered"));
  }

  @Test
  void damage_before_the_last_commit_is_an_error_at_any_byte() throws IOException {
    Path journal = Directories.journal(crashAfterTwoCommits());
    byte[] whole = Files.readAllBytes(journal);
    int firstCommit = endOfFirstCommit(journal);
    for (int offset = 0; offset < firstCommit; offset++) {
      Files.write(journal, whole);
      Directories.flip(journal, offset);

      assertThatThrownBy(() -> new JournalReplay(journal, true).repair())
          .as("byte %s", offset)
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining(journal + " line ");
    }
  }

  @Test
  void a_damaged_journal_does_not_open() throws IOException {
    Path crashed = crashAfterTwoCommits();
    Path journal = Directories.journal(crashed);
    Directories.flip(journal, 250);

    assertThatThrownBy(() -> FreshDirectory.open(crashed))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(journal.getFileName() + " line 2");
  }

  @Test
  void a_missing_journal_does_not_open() throws IOException {
    Path crashed = crashAfterTwoCommits();
    Path journal = Directories.journal(crashed);
    Files.delete(journal);

    assertThatThrownBy(() -> FreshDirectory.open(crashed))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(journal.getFileName().toString());
  }

  /** What was not forced to the disk may be gone after a loss of power, in whole or in part. */
  @Test
  void what_the_files_have_lost_the_journal_brings_back() throws IOException {
    Path crashed = crashAfterTwoCommits();
    for (Path file : Directories.files(crashed.resolve("sessions"))) {
      Files.write(file, new byte[0]);
    }
    for (Path file : Directories.files(crashed.resolve("events"))) {
      Files.write(file, new byte[(int) Files.size(file) + 100]);
    }
    Files.createDirectories(crashed.resolve("tmp"));
    Files.write(crashed.resolve("tmp").resolve("7.tmp"), new byte[3]);

    with(crashed, RecoveryTest::requireEverything);
    assertThat(crashed.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void without_an_index_everything_is_read_again() throws IOException {
    Path crashed = crashAfterTwoCommits();
    with(crashed, storage -> {});
    Files.delete(crashed.resolve("index.jsonl"));
    with(crashed, RecoveryTest::requireEverything);
    Directories.flip(crashed.resolve("index.jsonl"), 300);
    with(
        crashed,
        storage -> assertThat(value(storage.events().count(EventFilter.all()))).isEqualTo(4));
  }

  @Test
  void an_index_older_than_the_journals_is_not_believed() throws IOException {
    live.reopen();
    byte[] old = Files.readAllBytes(live.path().resolve("index.jsonl"));
    Path crashed = crashAfterTwoCommits();
    with(crashed, storage -> {});
    Files.write(crashed.resolve("index.jsonl"), old);

    with(crashed, RecoveryTest::requireEverything);
  }

  @Test
  void batches_are_remembered_without_an_index() throws IOException {
    EventBatch batch = batch();
    AppendResult first = value(live.storage().events().append(batch));
    live.close();
    Files.delete(live.path().resolve("index.jsonl"));
    live.reopen();

    AppendResult again = value(live.storage().events().append(batch));
    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(first.events());
  }

  @Test
  void damaged_batches_are_an_error_that_names_the_line() throws IOException {
    value(live.storage().events().append(batch()));
    live.close();
    Path batches = live.path().resolve("batches.jsonl");
    byte[] whole = Files.readAllBytes(batches);

    Directories.flip(batches, 30);
    assertThatThrownBy(() -> FreshDirectory.open(live.path()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("batches.jsonl line 1");
    Files.write(batches, java.util.Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> FreshDirectory.open(live.path()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("batches.jsonl line 2");
    Files.delete(batches);
    assertThatThrownBy(() -> FreshDirectory.open(live.path()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("batches.jsonl");
  }

  @Test
  void a_segment_longer_than_what_counts_is_cut() throws IOException {
    Path crashed = crashAfterTwoCommits();
    Path segment = Directories.files(crashed.resolve("events")).get(0);
    Files.writeString(segment, "{\"crc32c\":\"", StandardOpenOption.APPEND);

    with(crashed, RecoveryTest::requireEverything);
  }

  @Test
  void a_damaged_document_is_an_error_that_names_it() throws IOException {
    Path crashed = crashAfterTwoCommits();
    with(crashed, storage -> {});
    Path file = crashed.resolve("sessions/%53ession%2F1.json");
    Directories.flip(file, Files.size(file) - 10);

    with(
        crashed,
        storage -> {
          assertThatThrownBy(() -> value(storage.sessions().find(session(1))))
              .isInstanceOf(CorruptDataException.class)
              .hasMessageContaining("%53ession%2F1.json line 1");
          assertThat(value(storage.sessions().get(session(2))).version()).isEqualTo(1);
        });
  }

  @Test
  void a_missing_document_is_an_error_that_names_it() throws IOException {
    value(live.storage().sessions().create(session(1), DETAILS));
    value(live.storage().sessions().create(session(2), DETAILS));
    Files.delete(live.path().resolve("sessions/%53ession%2F1.json"));

    List<Mono<?>> looks =
        List.of(
            live.storage().sessions().find(session(1)),
            live.storage().sessions().list(SessionFilter.all()).collectList(),
            live.storage().transfer(Session.KIND).export().collectList());
    for (Mono<?> look : looks) {
      assertThatThrownBy(() -> value(look))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("%53ession%2F1.json");
    }
    assertThat(value(live.storage().sessions().get(session(2))).version()).isEqualTo(1);
  }

  @Test
  void a_document_that_comes_and_goes_is_not_taken_for_damage() {
    Mono<Void> comeAndGo =
        live.storage()
            .sessions()
            .create(session(1), DETAILS)
            .then(live.storage().sessions().delete(session(1)));
    Mono<Void> changes = comeAndGo.repeat(500).then();
    Mono<Void> looks =
        live.storage()
            .sessions()
            .list(SessionFilter.all())
            .then(live.storage().sessions().find(session(1)))
            .then()
            .repeat()
            .takeUntilOther(changes)
            .then();

    looks.block(LIMIT);
  }

  @Test
  void json_of_many_lines_survives_a_crash() throws IOException {
    Json pretty = Json.of("{\n  \"a\": 1,\r\n\t\"b\": [\n    2\n  ]\n}\n");
    WorkflowId workflow = new WorkflowId("w");
    DeadLetterKey key = new DeadLetterKey(JOB, new ItemId("i"));
    Failure failure = new Failure(1, Instant.EPOCH, "E", "line\nline", pretty);
    value(
        live.storage().events().append(JOB, ExpectedVersion.any(), List.of(Event.of("a", pretty))));
    value(live.storage().checkpoints().append(workflow, 0, CheckpointContent.of(pretty)));
    value(live.storage().deadLetters().add(key, pretty, failure));

    with(
        Directories.copy(live.path(), scratch.resolve("crashed")),
        storage -> {
          RecordedEvent event = value(storage.events().read(EventQuery.job(JOB)).single());
          assertThat(event.data().tree()).isEqualTo(pretty.tree());
          assertThat(value(storage.checkpoints().findLatest(workflow)).content().state().tree())
              .isEqualTo(pretty.tree());
          DeadLetter letter = value(storage.deadLetters().find(key));
          assertThat(letter.data().tree()).isEqualTo(pretty.tree());
          assertThat(letter.failures()).hasSize(1);
          assertThat(value(storage.health()).facts()).doesNotContainKey("recovered");
        });
  }

  @Test
  void a_document_under_another_name_is_an_error() throws IOException {
    live.close();
    value(live.reopen().sessions().create(session(1), DETAILS));
    Path file = live.path().resolve("sessions/%53ession%2F1.json");
    Files.copy(file, file.resolveSibling("%53ession%2F9.json"));

    assertThatThrownBy(() -> value(live.storage().sessions().find(session(9))))
        .isInstanceOf(CorruptDataException.class);
  }

  @Test
  void a_damaged_event_is_an_error_that_names_file_and_line() throws IOException {
    Path crashed = crashAfterTwoCommits();
    with(crashed, storage -> {});
    Path segment = Directories.files(crashed.resolve("events")).get(0);
    Directories.flip(segment, Files.size(segment) - 20);

    with(
        crashed,
        storage ->
            assertThatThrownBy(() -> value(storage.events().count(EventFilter.all())))
                .isInstanceOf(CorruptDataException.class)
                .hasMessageContaining(segment.getFileName() + " line 2"));
  }

  @Test
  void writes_are_refused_after_a_failed_one_and_nothing_is_lost() throws IOException {
    Path obstacle = Files.createFile(live.path().resolve("events"));
    UnifiedStorage storage = live.storage();

    assertThatThrownBy(() -> value(storage.events().append(batch())))
        .isInstanceOf(UnavailableException.class);
    assertThatThrownBy(() -> value(storage.sessions().create(session(1), DETAILS)))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("refuses writes");
    assertThat(value(storage.health()).healthy()).isFalse();
    assertThat(storage.sessions().find(session(1)).blockOptional(LIMIT)).isEmpty();

    Files.delete(obstacle);
    live.reopen();
    assertThat(value(live.storage().events().count(EventFilter.all())))
        .as("it was in the journal, and may have been kept")
        .isEqualTo(2);
    value(live.storage().sessions().create(session(1), DETAILS));
  }
}
