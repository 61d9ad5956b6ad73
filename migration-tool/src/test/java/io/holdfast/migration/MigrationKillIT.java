package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
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
import io.holdfast.postgres.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A migration whose process is killed with SIGKILL, again and again. */
class MigrationKillIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final int EVENTS = 40_000;
  private static final int BATCH = 2_000;
  private static final Instant TIME = Instant.parse("2026-01-31T23:00:00Z");

  /** A kill comes this much later than the first sign of a copy: anywhere in a chunk. */
  private static final int DELAY_MILLIS_MAX = 800;

  /** Where it copies to. */
  enum Place {
    POSTGRESQL,
    FILES
  }

  private final long seed = Long.getLong("holdfast.crash.seed", System.nanoTime());

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  @Timeout(180)
  void ends_as_if_nobody_had_killed_it(Place place) throws IOException, InterruptedException {
    drill(place, 3, 4_000);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("soak")
  @Timeout(900)
  void ends_as_if_nobody_had_killed_it_25_times(Place place)
      throws IOException, InterruptedException {
    drill(place, 25, 1_000);
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void ends_in_an_orderly_way_when_it_is_asked_to(Place place)
      throws IOException, InterruptedException {
    String from = "file:" + directory.resolve("from");
    String to = to(place);
    Commands.with(from, MigrationKillIT::fill);
    Process process = start(from, to, 1_000);
    try (BufferedReader lines = process.inputReader()) {
      readUntilItCopies(lines);
      process.toHandle().destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    }

    Commands.with(to, MigrationKillIT::requireAgreement);
    assertThat(succeed("migrate", "status", "--to", to).out()).containsPattern("state +PAUSED\\R");
    succeed("migrate", "resume", "--from", from, "--to", to);
  }

  private String to(Place place) {
    return place == Place.FILES ? "file:" + directory.resolve("to") : SERVER.currentUrl();
  }

  private void drill(Place place, int kills, int rate) throws IOException, InterruptedException {
    String from = "file:" + directory.resolve("from");
    String to = to(place);
    Commands.with(from, MigrationKillIT::fill);
    Commands.with(to, storage -> storage.health());
    String root = root(succeed("migrate", "plan", "--from", from));
    Random random = new Random(seed);

    long cutShort = 0;
    for (int kill = 0; kill < kills; kill++) {
      cutShort += killed(from, to, rate, random.nextInt(DELAY_MILLIS_MAX)) ? 1 : 0;
      Commands.with(to, MigrationKillIT::requireAgreement);
    }

    Result ended = run("migrate", "--from", from, "--to", to);
    System.out.printf(
        "%s, seed %d: %d of %d processes killed while at work; %s%n",
        place, seed, cutShort, kills, ended.out().lines().reduce("", (before, line) -> line));
    assertThat(cutShort).as("seed %s", seed).isEqualTo(kills);
    assertThat(ended.exitCode()).as("seed %s: %s", seed, ended.err()).isZero();
    assertThat(root(ended)).as("seed %s", seed).isEqualTo(root);
    assertThat(root(succeed("verify", "--from", from, "--to", to))).isEqualTo(root);
  }

  private static String root(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("root "))
        .map(line -> line.substring("root".length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.out() + result.err()));
  }

  private static Mono<Void> fill(UnifiedStorage storage) {
    return OddRecords.loadInto(storage)
        .thenMany(Flux.range(1_000, EVENTS).map(MigrationKillIT::event).buffer(BATCH))
        .concatMap(storage.transfer(RecordedEvent.KIND)::load, 1)
        .then();
  }

  private static RecordedEvent event(int n) {
    Event event = Event.of("t", Json.of("{\"n\":" + n + "}")).at(TIME.plusSeconds(n));
    return new RecordedEvent(
        new Position(Integer.toString(n)), new JobId("job-" + n % 50), n, event);
  }

  /** Copies at {@code rate}, so that there is always something left; true if it was killed. */
  private boolean killed(String from, String to, int rate, int delayMillis)
      throws IOException, InterruptedException {
    Process process = start(from, to, rate);
    try (BufferedReader lines = process.inputReader()) {
      readUntilItCopies(lines);
      boolean ended = process.waitFor(delayMillis, TimeUnit.MILLISECONDS);
      process.toHandle().destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return !ended;
    }
  }

  private static void readUntilItCopies(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith("Copying")) {
      line = lines.readLine();
    }
  }

  private static Process start(String from, String to, int rate) throws IOException {
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
            Integer.toString(rate))
        .redirectErrorStream(true)
        .start();
  }

  /** What is noted is there, once, and nothing else. */
  private static Mono<Boolean> requireAgreement(UnifiedStorage storage) {
    return storage
        .migrations()
        .find()
        .flatMap(run -> MigrationStatus.of(run, storage.migrations().chunks()))
        .flatMap(status -> requireAgreement(storage, status))
        .defaultIfEmpty(true);
  }

  private static Mono<Boolean> requireAgreement(UnifiedStorage storage, MigrationStatus status) {
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
                            assertThat(count)
                                .as(kind.name())
                                .isEqualTo(Objects.requireNonNullElse(noted.get(kind.name()), 0L))))
        .then(Mono.just(true));
  }
}
