package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.Holdfast;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.file.FileConfiguration.Access;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Who may open a directory, how, and by what clock. */
class AccessTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JobId JOB = new JobId("job");
  private static final SessionDetails DETAILS = SessionDetails.of("build", "r", Json.EMPTY);

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  @CanIgnoreReturnValue
  private static <T> T value(Mono<T> publisher) {
    T value = publisher.block(LIMIT);
    assertThat(value).isNotNull();
    return value;
  }

  private UnifiedStorage reader() {
    return FreshDirectory.open(FileConfiguration.builder(live.path()).access(Access.READ).build());
  }

  private static Mono<?> append(UnifiedStorage storage, Instant time) {
    return storage
        .events()
        .append(JOB, ExpectedVersion.any(), List.of(Event.of("a", Json.EMPTY).at(time)));
  }

  @Test
  void a_second_writer_in_this_process_is_refused() throws IOException {
    Path alias =
        Files.createSymbolicLink(
            live.path().resolveSibling(live.path().getFileName() + "-x"), live.path());
    try {
      assertThatThrownBy(() -> FreshDirectory.open(alias))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("in use by this process");
    } finally {
      Files.delete(alias);
    }
    value(live.storage().sessions().create(new SessionId("s"), DETAILS));
  }

  @Test
  void a_second_writer_in_another_process_is_refused_and_named() throws Exception {
    live.close();
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                live.path().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader lines = writer.inputReader()) {
      assertThat(lines.readLine()).startsWith(CrashWriter.READY);
      assertThatThrownBy(() -> FreshDirectory.open(live.path()))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("process " + writer.pid() + " on ");
    } finally {
      assertThat(writer.destroyForcibly().waitFor()).isNotZero();
    }
    value(live.reopen().sessions().create(new SessionId("s"), DETAILS));
  }

  @Test
  void a_reader_follows_the_writer() {
    append(live.storage(), Instant.parse("2026-10-31T10:00:00Z")).block(LIMIT);
    UnifiedStorage reader = reader();
    Flux<String> seen =
        reader
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .map(event -> event.version() + " " + event.createdAt());

    StepVerifier.create(seen)
        .expectNext("1 2026-10-31T10:00:00Z")
        .then(() -> append(live.storage(), Instant.parse("2026-11-01T10:00:00Z")).block(LIMIT))
        .expectNext("2 2026-11-01T10:00:00Z")
        .then(() -> append(live.storage(), Instant.parse("2026-10-01T10:00:00Z")).block(LIMIT))
        .expectNext("3 2026-10-01T10:00:00Z")
        .then(() -> FreshDirectory.close(reader))
        .expectError(UnavailableException.class)
        .verify(LIMIT);
  }

  @Test
  void a_reader_sees_bulk_appends_to_many_months_in_order() {
    UnifiedStorage reader = reader();
    int events = 20_000;
    Flux<JobEvent> source =
        Flux.range(0, events)
            .map(i -> Instant.parse("2020-01-01T00:00:00Z").plus(Duration.ofDays(i * 37L % 1_000)))
            .map(time -> new JobEvent(JOB, Event.of("a", Json.EMPTY).at(time)));
    Mono<List<Long>> seen =
        reader
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .map(RecordedEvent::version)
            .take(events)
            .collectList();

    List<Long> versions =
        value(seen.zipWith(live.storage().events().appendAll(source).then(Mono.just(1)))).getT1();

    assertThat(versions).hasSize(events).isSorted().doesNotHaveDuplicates();
    FreshDirectory.close(reader);
  }

  @Test
  void a_reader_sees_documents_come_change_and_go() {
    SessionId id = new SessionId("S");
    UnifiedStorage reader = reader();
    assertThat(value(reader.sessions().list(SessionFilter.all()).count())).isZero();

    var session = value(live.storage().sessions().create(id, DETAILS));
    assertThat(value(reader.sessions().get(id)).version()).isEqualTo(1);
    assertThat(value(reader.sessions().list(SessionFilter.all()).count())).isEqualTo(1);

    value(live.storage().sessions().update(session.withState(SessionState.RUNNING)));
    assertThat(
            value(
                reader
                    .sessions()
                    .list(SessionFilter.all().withStates(SessionState.RUNNING))
                    .count()))
        .isEqualTo(1);

    live.storage().sessions().delete(id).block(LIMIT);
    assertThat(value(reader.sessions().list(SessionFilter.all()).count())).isZero();
    FreshDirectory.close(reader);
  }

  @Test
  void a_reader_does_not_write_and_says_so() {
    UnifiedStorage reader = reader();

    assertThatThrownBy(() -> value(reader.sessions().create(new SessionId("s"), DETAILS)))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("read-only");
    assertThatThrownBy(
            () -> value(reader.inTransaction(tx -> tx.sessions().get(new SessionId("s")))))
        .isInstanceOf(UnavailableException.class);
    assertThat(value(reader.health()).healthy()).isTrue();
    FreshDirectory.close(reader);
  }

  @Test
  void a_reader_says_that_a_journal_waits_for_a_writer() throws IOException {
    value(live.storage().sessions().create(new SessionId("s"), DETAILS));
    Path crashed = Directories.copy(live.path(), live.path().resolve("crashed"));
    FileConfiguration reading = FileConfiguration.builder(crashed).access(Access.READ).build();
    UnifiedStorage reader = FreshDirectory.open(reading);

    assertThat(value(reader.health()).problems())
        .singleElement()
        .asString()
        .contains(Directories.journal(crashed).toString());
    UnifiedStorage writer = FreshDirectory.open(crashed);
    value(writer.sessions().create(new SessionId("t"), DETAILS));
    assertThat(value(reader.health()).problems()).as("somebody writes").isEmpty();
    FreshDirectory.close(writer);
    assertThat(value(reader.health()).problems()).as("all is in the files").isEmpty();
    FreshDirectory.close(reader);
  }

  @Test
  void there_is_nothing_to_read_where_nothing_was_written() {
    Path nowhere = live.path().resolve("nowhere");

    assertThatThrownBy(
            () ->
                FreshDirectory.open(FileConfiguration.builder(nowhere).access(Access.READ).build()))
        .isInstanceOf(UnavailableException.class);
    assertThat(nowhere).doesNotExist();
  }

  @Test
  void leases_end_by_the_storages_clock() {
    live.close();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));
    UnifiedStorage storage =
        FreshDirectory.open(FileConfiguration.builder(live.path()).clock(clock(now)).build());
    LockName name = new LockName("lock");
    Duration lease = Duration.ofMinutes(1);
    value(storage.locks().tryAcquire(new LockRequest(name, "a", lease)));

    now.set(now.get().plusSeconds(61));

    assertThat(value(storage.locks().tryAcquire(new LockRequest(name, "b", lease))).token())
        .isEqualTo(2);
    FreshDirectory.close(storage);
  }

  private static Clock clock(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public java.time.ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(java.time.ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }

  @Test
  void opens_by_url() {
    live.close();
    Path directory = live.path().resolve("a b");
    String url = "file://" + live.path() + "/a%20b";
    FreshDirectory.close(value(Holdfast.open(url)));

    assertThat(directory.resolve("holdfast.json")).exists();
    UnifiedStorage reader = value(Holdfast.open(url + "?access=read"));
    assertThat(value(reader.health()).facts()).containsEntry("access", "read only");
    FreshDirectory.close(reader);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:", "file:?access=read", "file://host/x", "file:x?access=some", "file:a%zz"})
  void refuses_other_urls(String url) {
    assertThatThrownBy(() -> Holdfast.open(url)).isInstanceOf(InvalidInputException.class);
  }
}
