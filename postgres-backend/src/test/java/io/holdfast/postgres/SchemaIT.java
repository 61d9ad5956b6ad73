package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.CorruptDataException;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The schema and its numbered changes. */
class SchemaIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void processes_that_start_together_make_it_once() {
    List<String> urls = IntStream.range(0, 6).mapToObj(n -> SERVER.currentUrl()).toList();

    List<Boolean> healthy =
        Flux.fromIterable(urls)
            .flatMap(io.holdfast.Holdfast::open, urls.size())
            .flatMap(
                storage ->
                    storage
                        .health()
                        .flatMap(health -> storage.close().thenReturn(health.healthy())))
            .collectList()
            .block(java.time.Duration.ofMinutes(1));

    assertThat(healthy).hasSize(6).containsOnly(true);
  }

  @Test
  void is_what_the_printed_script_makes() throws SQLException {
    execute(PostgresStorage.schemaScript(PostgresUrl.parse(SERVER.currentUrl()).schema().value()));

    assertThat(SERVER.storage().health().block().problems())
        .as("opening applies nothing more")
        .isEmpty();
  }

  @Test
  void refuses_a_change_that_was_applied_with_another_content() throws SQLException {
    SERVER.storage();
    execute("UPDATE schema_history SET checksum = 'x' WHERE version = 3");

    assertThatThrownBy(SERVER::reopen)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("V003");
  }

  @Test
  void works_on_a_schema_one_ahead_and_refuses_one_further() throws SQLException {
    SERVER.storage();
    List<SchemaFile> files = SchemaFile.all();
    int next = files.get(files.size() - 1).version() + 1;
    execute("INSERT INTO schema_history (version, name, checksum) VALUES (" + next + ", 'n', 'c')");
    assertThat(SERVER.reopen().health().block().healthy()).isTrue();

    execute(
        "INSERT INTO schema_history (version, name, checksum) VALUES ("
            + (next + 1)
            + ", 'n', 'c')");
    assertThatThrownBy(SERVER::reopen)
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("upgrade");
  }

  @Test
  void is_neither_made_nor_upgraded_for_who_only_looks() throws SQLException {
    String looking = SERVER.currentUrl() + "&upgrade=no";
    assertThatThrownBy(() -> SERVER.open(looking))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no storage in schema");
    assertThat(SERVER.schemaIsThere()).isFalse();

    SERVER.storage();
    assertThat(SERVER.open(looking).health().block().problems()).isEmpty();

    List<SchemaFile> files = SchemaFile.all();
    int newest = files.get(files.size() - 1).version();
    execute("DELETE FROM schema_history WHERE version = " + newest);
    assertThatThrownBy(() -> SERVER.open(looking))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContainingAll("at version " + (newest - 1), "at " + newest);
  }

  @Test
  void lets_others_through_while_it_waits_for_a_table() throws Exception {
    String script =
        PostgresStorage.schemaScript(PostgresUrl.parse(SERVER.currentUrl()).schema().value());
    execute(script.substring(0, script.indexOf("-- V021__")));
    try (Connection holder = SERVER.jdbc();
        Connection another = SERVER.jdbc();
        Statement held = holder.createStatement();
        Statement statement = another.createStatement()) {
      holder.setAutoCommit(false);
      held.execute("SELECT count(*) FROM dead_letters");
      CompletableFuture<UnifiedStorage> opening = CompletableFuture.supplyAsync(SERVER::storage);
      var unused =
          Await.until(
              Mono.fromCallable(() -> isWaiting(statement))
                  .subscribeOn(Schedulers.boundedElastic())
                  .filter(Boolean::booleanValue));

      statement.execute("SET statement_timeout = '20s'");
      statement.execute("SELECT count(*) FROM dead_letters");
      assertThat(opening).as("has waited, given up, and waits again").isNotDone();
      holder.rollback();

      assertThat(opening.get(1, TimeUnit.MINUTES).health().block().healthy()).isTrue();
    }
  }

  private static boolean isWaiting(Statement statement) throws SQLException {
    try (ResultSet waiting =
        statement.executeQuery(
            "SELECT FROM pg_locks WHERE NOT granted AND relation = 'dead_letters'::regclass")) {
      return waiting.next();
    }
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
