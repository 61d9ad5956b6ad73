package io.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.report.MigrationStatus;
import io.holdfast.migration.report.MigrationStatus.Copied;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A migration in a process of its own, and what has to hold whenever it is cut short. */
final class MigrationDrill {

  private static final int BATCH = 2_000;

  /** Many chunks, so that most of what happens to a copy happens in the middle of it. */
  private static final int CHUNK = 250;

  private static final Instant TIME = Instant.parse("2026-01-31T23:00:00Z");

  private MigrationDrill() {}

  /** The root in what a command has printed. */
  static String root(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("root "))
        .map(line -> line.substring("root".length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.out() + result.err()));
  }

  /** What is moved: a few of everything, and so many events. */
  static Mono<Void> fill(UnifiedStorage storage, int events) {
    return OddRecords.loadInto(storage)
        .thenMany(Flux.range(1_000, events).map(MigrationDrill::event).buffer(BATCH))
        .concatMap(storage.transfer(RecordedEvent.KIND)::load, 1)
        .then();
  }

  private static RecordedEvent event(int n) {
    Event event = Event.of("t", Json.of("{\"n\":" + n + "}")).at(TIME.plusSeconds(n));
    return new RecordedEvent(
        new Position(Integer.toString(n)), new JobId("job-" + n % 50), n, event);
  }

  /** Copies at {@code rate}, so that there is always something left. */
  static Process start(String from, String to, int rate) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            HoldfastCommand.class.getName(),
            "migrate",
            "--from",
            from,
            "--to",
            to,
            "--rate",
            Integer.toString(rate),
            "--batch-size",
            Integer.toString(CHUNK))
        .redirectErrorStream(true)
        .start();
  }

  /** Waits for the first sign of a copy. */
  static void readUntilItCopies(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith("Copying")) {
      line = lines.readLine();
    }
  }

  /** How many events are gathered in a database, until all are there. */
  static long gathered(Connection connection) throws SQLException {
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM events_loading")) {
      assertThat(count.next()).isTrue();
      return count.getLong(1);
    }
  }

  /** What is noted is there, once, and nothing else; {@code gathered} events are not seen yet. */
  static Mono<Boolean> requireAgreement(UnifiedStorage storage, long gathered) {
    return storage
        .migrations()
        .find()
        .flatMap(run -> MigrationStatus.of(run, storage.migrations().chunks()))
        .flatMap(status -> requireAgreement(storage, status, gathered))
        .defaultIfEmpty(true);
  }

  private static Mono<Boolean> requireAgreement(
      UnifiedStorage storage, MigrationStatus status, long gathered) {
    Map<String, Long> noted =
        status.kinds().stream().collect(Collectors.toMap(Copied::kind, Copied::records));
    List<RecordKind<?>> kinds = storage.kinds();
    return Flux.fromIterable(kinds)
        .concatMap(
            kind ->
                storage
                    .transfer(kind)
                    .count()
                    .doOnNext(
                        count ->
                            assertThat(count + (kind.equals(RecordedEvent.KIND) ? gathered : 0))
                                .as(kind.name())
                                .isEqualTo(Objects.requireNonNullElse(noted.get(kind.name()), 0L))))
        .then(Mono.just(true));
  }
}
