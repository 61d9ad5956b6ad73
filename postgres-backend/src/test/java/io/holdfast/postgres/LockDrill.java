package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;

/** Contenders in processes of their own, which are stopped, killed and cut off while they work. */
final class LockDrill {

  private static final int PROCESSES = 4;
  private static final Duration SETTLING = Duration.ofSeconds(4);
  private static final Duration CALM = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(250);

  private static final int ROUND = 16;

  /** Longer than a lease, so that a holder that wakes up is none any more. */
  private static final int STOPPED_TICKS = 9;

  private static final String CUT_OFF =
      """
      SELECT count(pg_terminate_backend(pid))
      FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend' AND random() < 0.1
      """;

  private final UnifiedStorage storage;
  private final String url;
  private final Path directory;
  private final Callable<Connection> jdbc;
  private final Random random = new Random(7);
  private final List<DrillProcess> processes = new ArrayList<>();
  private final Map<DrillProcess, Integer> stopped = new HashMap<>();
  private final Map<LockName, Long> tokens = new HashMap<>();
  private int kills;
  private int stops;
  private long cuts;

  LockDrill(UnifiedStorage storage, String url, Path directory, Callable<Connection> jdbc) {
    this.storage = storage;
    this.url = url;
    this.directory = directory;
    this.jdbc = jdbc;
  }

  /** Makes trouble for {@code duration}, and then none; the figures, if all was as it has to be. */
  String run(Duration duration) throws Exception {
    long calmSince;
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(new DrillProcess(LockContender.class, url, directory, i));
      }
      for (LockName lock : LockContender.LOCKS) {
        assertThat(Await.until(storage.locks().find(lock)).token()).isPositive();
      }
      long end = System.nanoTime() + duration.toNanos();
      for (int tick = 0; System.nanoTime() < end; tick++) {
        Await.done(Mono.delay(TICK));
        trouble(tick);
        requireTokensGrow();
      }
      for (DrillProcess process : List.copyOf(stopped.keySet())) {
        wake(process);
      }
      Await.done(Mono.delay(SETTLING));
      calmSince = System.nanoTime();
      Await.done(Mono.delay(CALM));
    } finally {
      for (DrillProcess process : processes) {
        process.kill();
      }
    }
    requireTokensGrow();
    return "%d contenders in %d processes for %s: %d SIGSTOP, %d kill -9, %d back ends terminated; "
            .formatted(
                PROCESSES * LockContender.CONTENDERS, PROCESSES, duration, stops, kills, cuts)
        + LockNotes.read(directory).verify(storage, calmSince);
  }

  private void trouble(int tick) throws Exception {
    for (DrillProcess process : List.copyOf(stopped.keySet())) {
      if (stopped.merge(process, -1, Integer::sum) <= 0) {
        wake(process);
      }
    }
    switch (tick % ROUND) {
      case 2 -> stop(processes.get(random.nextInt(PROCESSES)));
      case 5 -> kill(processes.get(random.nextInt(PROCESSES)));
      case 7 -> cutOff();
      default -> {}
    }
  }

  private void stop(DrillProcess process) throws IOException, InterruptedException {
    if (stopped.putIfAbsent(process, STOPPED_TICKS) == null) {
      process.signal("STOP");
      stops++;
    }
  }

  private void wake(DrillProcess process) throws IOException, InterruptedException {
    stopped.remove(process);
    process.signal("CONT");
  }

  private void kill(DrillProcess process) throws IOException, InterruptedException {
    assertThat(process.isAlive()).as("see %s", process.log()).isTrue();
    stopped.remove(process);
    process.replace();
    kills++;
  }

  private void cutOff() throws Exception {
    try (Connection connection = jdbc.call();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(CUT_OFF)) {
      row.next();
      cuts += row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void requireTokensGrow() {
    for (LockName lock : LockContender.LOCKS) {
      LockState state =
          Await.until(storage.locks().find(lock).onErrorResume(cutOffToo -> Mono.empty()));
      long before = tokens.merge(lock, state.token(), Math::max);
      assertThat(state.token()).as("of %s", lock).isGreaterThanOrEqualTo(before);
    }
  }
}
