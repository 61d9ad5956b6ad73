package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.report.Finalization;
import io.holdfast.migration.report.Migration.Stop;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.Moved;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** A migration that is ended while others are at work on its two sides. */
class FinalizeRacesIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private String files;
  private String postgres;

  @BeforeEach
  void fill_a_store() {
    files = "file:" + directory.resolve("files");
    postgres = SERVER.currentUrl();
  }

  private static void migrate(String from, String to) {
    Commands.with(from, OddRecords::loadInto);
    succeed("migrate", "--from", from, "--to", to);
  }

  private static String[] arguments(String step, String from, String to) {
    return new String[] {"migrate", step, "--from", from, "--to", to, "--yes"};
  }

  private static Mono<?> append(UnifiedStorage storage) {
    return storage
        .events()
        .append(new JobId("later"), ExpectedVersion.any(), List.of(Event.of("a", Json.EMPTY)));
  }

  private static MigrationState state(UnifiedStorage target) {
    return target.migrations().find().blockOptional(PATIENCE).orElseThrow().state();
  }

  @Test
  void what_is_written_to_the_target_while_it_is_given_up_is_counted() throws Exception {
    migrate(files, postgres);
    try (Connection writer = SERVER.jdbc();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SELECT append_event('late', 'step')");
      CompletableFuture<Result> rollback =
          CompletableFuture.supplyAsync(() -> run(arguments("rollback", files, postgres)));
      awaitWaiting();
      writer.commit();

      Result refused = rollback.get();
      assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
      assertThat(refused.err()).contains("has 1 record that the source has not");
    }
    UnifiedStorage target = SERVER.storage();
    assertThat(state(target)).as("as before").isEqualTo(MigrationState.VERIFIED);
    append(target).block(PATIENCE);
  }

  /** Until somebody waits for a table. */
  private static void awaitWaiting() throws SQLException, InterruptedException {
    boolean waiting = false;
    while (!waiting) {
      try (Connection connection = SERVER.jdbc();
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
                      + " AND relation = 'events'::regclass)")) {
        rows.next();
        waiting = rows.getBoolean(1);
      }
      Thread.sleep(20);
    }
  }

  @Test
  void a_second_one_that_is_broken_off_leaves_the_mark_of_the_first() {
    migrate(postgres, files);
    UnifiedStorage source = SERVER.storage();
    MigrationRun end =
        Commands.with(
            files,
            target ->
                finalized(source, target, Stop.NEVER)
                    .flatMap(first -> finalized(source, target, breakingOffAfter(first)))
                    .flatMap(second -> second.onErrorResume(BrokenOff.class, cut -> Mono.empty()))
                    .then(target.migrations().find()));

    assertThat(end).extracting(MigrationRun::state).isEqualTo(MigrationState.FINALIZED);
    assertThat(source.relocation().find().block(PATIENCE)).isNotNull();
  }

  @Test
  void one_that_was_overtaken_by_one_that_is_broken_off_does_not_note_it() {
    migrate(postgres, files);
    UnifiedStorage source = SERVER.storage();
    MigrationRun end =
        Commands.with(
            files,
            target ->
                finalized(source, target, breakingOffAfter(Mono.empty()))
                    .map(cut -> cut.onErrorResume(BrokenOff.class, error -> Mono.empty()))
                    .flatMap(cut -> finalized(source, target, after(cut)))
                    .flatMap(
                        late -> late.onErrorResume(ConflictException.class, lost -> Mono.empty()))
                    .then(target.migrations().find()));

    assertThat(end).extracting(MigrationRun::state).isEqualTo(MigrationState.VERIFIED);
    assertThat(source.relocation().find().block(PATIENCE)).isNull();
    append(source).block(PATIENCE);
  }

  /** What has looked at the migration, and goes on when it is subscribed to. */
  private Mono<Mono<Moved>> finalized(UnifiedStorage source, UnifiedStorage target, Stop stop) {
    return finalization(source, target, stop)
        .flatMap(finalization -> finalization.mark(files).map(finalization::run));
  }

  private static Mono<Finalization> finalization(
      UnifiedStorage source, UnifiedStorage target, Stop stop) {
    return target
        .migrations()
        .find()
        .map(run -> new Finalization(source, target, run, Progress.NONE, stop));
  }

  private static Stop after(Mono<?> before) {
    return new Stop() {
      @Override
      public <T> Mono<T> ends(Mono<T> work) {
        return before.then(work);
      }
    };
  }

  private static Stop breakingOffAfter(Mono<?> before) {
    return new Stop() {
      @Override
      public <T> Mono<T> ends(Mono<T> work) {
        return before.then(Mono.error(BrokenOff::new));
      }
    };
  }

  private static final class BrokenOff extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void a_source_that_has_changed_takes_writes_again_though_somebody_reads_it() throws SQLException {
    migrate(postgres, files);
    UnifiedStorage source = SERVER.storage();
    source
        .sessions()
        .get(new SessionId("case"))
        .map(session -> session.withDetails(session.details().withError("changed")))
        .flatMap(source.sessions()::update)
        .block(PATIENCE);
    try (Connection reader = SERVER.jdbc();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM events, sessions");

      Result refused = run(arguments("finalize", postgres, files));

      assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
      assertThat(refused.err()).contains("no longer holds what was proved");
      append(source).block(PATIENCE);
      reader.commit();
    }
    assertThat(source.events().count(EventFilter.job(new JobId("later"))).block(PATIENCE))
        .isEqualTo(1);
  }

  @Test
  void one_that_was_killed_is_told_from_one_that_is_finalized() {
    migrate(postgres, files);
    UnifiedStorage source = SERVER.storage();
    String target = Commands.with(files, storage -> storage.relocation().storeId());
    source
        .relocation()
        .moveTo(new Moved(files, String.valueOf(target), "", Instant.EPOCH))
        .block(PATIENCE);

    Result refused = run(arguments("rollback", postgres, files));

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("was broken off", "VERIFIED", "'finalize' again ends it");
    succeed(arguments("finalize", postgres, files));
  }
}
