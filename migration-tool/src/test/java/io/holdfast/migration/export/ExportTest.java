package io.holdfast.migration.export;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.UnavailableException;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.OddRecords;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Exports of a storage in files, and what comes of them. */
class ExportTest {

  @TempDir private Path directory;
  private String from;
  private Path backup;

  @BeforeEach
  void fill_a_storage() {
    from = "file:" + directory.resolve("from");
    backup = directory.resolve("backup");
    Commands.with(from, OddRecords::loadInto);
  }

  @CanIgnoreReturnValue
  private Result export(Path to, String... more) {
    return run(
        Stream.concat(
                Stream.of("export", "--from", from, "--to", to.toString(), "--format", "jsonl"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String to() {
    return "file:" + directory.resolve("to");
  }

  @Test
  void is_read_back_as_it_was() {
    Result exported = export(backup);
    Result imported = run("import", "--from", backup.toString(), "--to", to());

    assertThat(exported.exitCode()).as(exported.err()).isZero();
    assertThat(exported.out())
        .contains("Exported " + OddRecords.COUNT + " records to " + backup)
        .containsPattern("sessions +8\n");
    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out())
        .contains("Identical: " + OddRecords.COUNT + " records", OddRecords.COUNT + " written");
    succeed("verify", "--from", from, "--to", to());
  }

  @Test
  void is_the_same_twice_also_compressed_and_of_a_copy() throws IOException {
    Path again = directory.resolve("again");
    Path small = directory.resolve("small");
    Path smallAgain = directory.resolve("small-again");
    Path ofCopy = directory.resolve("of-copy");
    export(backup);
    export(again);
    export(small, "--compress");
    export(smallAgain, "--compress");
    succeed("import", "--from", small.toString(), "--to", to());
    succeed("export", "--from", to(), "--to", ofCopy.toString(), "--format", "jsonl");

    assertThat(new ExportFiles(again).all()).isEqualTo(new ExportFiles(backup).all()).hasSize(10);
    assertThat(new ExportFiles(smallAgain).all()).isEqualTo(new ExportFiles(small).all());
    assertThat(new ExportFiles(small).all()).containsKey("events.jsonl.zst");
    assertThat(new ExportFiles(ofCopy).all()).isEqualTo(new ExportFiles(backup).all());
  }

  @Test
  void is_a_source_like_any_other() {
    export(backup, "--compress");
    String source = "export:" + backup;

    Result migrated = run("migrate", "--from", source, "--to", to());
    Result again = run("migrate", "--from", source, "--to", to());
    Result verified = run("verify", "--from", source, "--to", from);

    assertThat(migrated.exitCode()).as(migrated.err()).isZero();
    assertThat(again.out()).contains(", 0 written,");
    assertThat(verified.out()).contains("Identical: " + OddRecords.COUNT + " records");
  }

  @Test
  void has_every_kind_that_storages_keep() {
    List<RecordKind<?>> kinds = Commands.with(from, storage -> Mono.just(storage.kinds()));

    assertThat(Kinds.ALL).isEqualTo(kinds);
  }

  @Test
  void only_its_owner_may_read_it() throws IOException {
    export(backup);

    assertThat(modes(backup)).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(backup)) {
      assertThat(files).allSatisfy(file -> assertThat(modes(file)).isEqualTo("rw-------"));
    }
  }

  private static String modes(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void takes_the_place_of_an_empty_directory_and_of_nothing_else() throws IOException {
    Files.createDirectory(backup);
    assertThat(export(backup).exitCode()).isZero();

    Result refused = export(backup);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("there already");
    succeed("import", "--from", backup.toString(), "--to", to());
  }

  @Test
  void refuses_what_it_cannot_do_properly() {
    String place = backup.toString();

    assertThat(run("export", "--from", from, "--to", place, "--format", "sql").err())
        .contains("migrate into a database first");
    assertThat(run("export", "--from", from, "--to", place, "--format", "xml").exitCode())
        .isEqualTo(2);
    assertThat(run("export", "--from", from, "--to", place).exitCode()).isEqualTo(2);
    assertThat(
            run("export", "--from", from + "?access=read", "--to", place, "--format", "jsonl")
                .err())
        .contains("stop its writer");
    assertThat(export(directory.resolve("from").resolve("inside")).err())
        .contains("must stay as it is");
    assertThat(run("export", "--from", to(), "--to", place, "--format", "jsonl").exitCode())
        .as("there is no storage")
        .isEqualTo(3);
    assertThat(export(directory.resolve("no").resolve("parent")).exitCode()).isEqualTo(1);
    assertThat(run("import", "--from", place, "--to", to()).err())
        .contains("There is no export at " + place);
    assertThat(backup).doesNotExist();
    assertThat(directory.resolve("to")).doesNotExist();
  }

  @Test
  void leaves_nothing_behind_when_it_is_broken_off() throws IOException {
    UnavailableException gone = new UnavailableException("gone", null);
    RecordSource breaking =
        new EventsOnly(Flux.range(1, 3_000).map(EventsOnly::event).concatWith(Mono.error(gone)));

    assertThatThrownBy(
            () -> new DirectoryExport(breaking, backup, false, Progress.NONE).run().block())
        .isSameAs(gone);

    assertThat(backup).doesNotExist();
    assertThat(left()).containsExactly("from");
  }

  @Test
  void refuses_a_source_that_gives_a_record_twice() throws IOException {
    RecordSource repeating = new EventsOnly(Flux.just(1, 2, 2, 3).map(EventsOnly::event));

    assertThatThrownBy(
            () -> new DirectoryExport(repeating, backup, false, Progress.NONE).run().block())
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("job@2 comes after job@2");
    assertThat(left()).containsExactly("from");
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  /** A source of events. */
  private record EventsOnly(Flux<RecordedEvent> events) implements RecordSource {

    static RecordedEvent event(int n) {
      return new RecordedEvent(
          new Position(Integer.toString(n)),
          new JobId("job"),
          n,
          Event.of("t", Json.EMPTY).at(Instant.EPOCH));
    }

    @Override
    public List<RecordKind<?>> kinds() {
      return List.of(RecordedEvent.KIND);
    }

    @Override
    @SuppressWarnings("unchecked") // There is one kind.
    public <R> Flux<R> export(RecordKind<R> kind) {
      return (Flux<R>) events;
    }

    @Override
    public <R> Mono<Long> count(RecordKind<R> kind) {
      return Mono.just(1L);
    }

    @Override
    public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
      return Mono.empty();
    }

    @Override
    public Mono<RecordedEvent> findEvent(JobId job, long version) {
      return Mono.empty();
    }

    @Override
    public List<Intake> intake() {
      return List.of();
    }

    @Override
    public boolean isStill() {
      return true;
    }
  }
}
