package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.contract.Await;
import io.holdfast.contract.Race;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.WorkflowDetails;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A role whose sessions are serializable by default, which refuses statements for each other. */
class DefaultIsolationIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final String role = "strict_" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void create_the_role() throws SQLException {
    execute("CREATE ROLE " + role + " LOGIN SUPERUSER PASSWORD 'strict'");
    execute("ALTER ROLE " + role + " SET default_transaction_isolation = 'serializable'");
  }

  @AfterEach
  void drop_the_role() throws SQLException {
    SERVER.closeAll();
    execute("REASSIGN OWNED BY " + role + " TO CURRENT_USER");
    execute("DROP ROLE " + role);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String url() {
    return SERVER.currentUrl().replaceFirst("//[^@]*@", "//" + role + ":strict@");
  }

  @Test
  void our_connections_say_read_committed() {
    Connections connections = new Connections(PostgresUrl.parse(url()));
    Database database = new Database(connections.work());

    String level =
        Await.value(
            database.first(
                Sql.of("SELECT current_setting('transaction_isolation') WHERE $1", true),
                row -> row.text(0)));
    assertThat(level).isEqualTo("read committed");
    Await.done(database.close().then(connections.close()));
  }

  @Test
  void single_operations_in_each_others_way_are_all_done() {
    UnifiedStorage storage = SERVER.open(url());
    WorkflowId workflow = new WorkflowId("w");
    Await.value(storage.workflows().create(workflow, WorkflowDetails.of("w", Json.EMPTY)));

    Race.allWin(
        120,
        i ->
            switch (i % 3) {
              case 0 ->
                  storage
                      .events()
                      .append(
                          new JobId("job"),
                          ExpectedVersion.any(),
                          List.of(Event.of("step", Json.EMPTY)))
                      .cast(Object.class);
              case 1 ->
                  storage
                      .workflows()
                      .start(workflow, new ExecutionId("e" + i), Json.EMPTY)
                      .cast(Object.class);
              default ->
                  storage
                      .locks()
                      .acquire(
                          new LockRequest(new LockName("l"), "o" + i, Duration.ofSeconds(30)),
                          Duration.ofSeconds(30))
                      .delayUntil(lease -> storage.locks().release(lease))
                      .cast(Object.class);
            });

    assertThat(Await.value(storage.events().stats(new JobId("job"))).total()).isEqualTo(40);
    assertThat(Await.value(storage.workflows().summary(workflow)).executions()).isEqualTo(40);
  }

  /** As behind a pooler that keeps our settings from the server. */
  @Test
  void a_statement_that_is_refused_is_sent_again() throws SQLException {
    SERVER.storage();
    execute("CREATE TABLE counted (n int)");
    execute("INSERT INTO counted VALUES (0)");
    PostgresConfiguration given = PostgresUrl.parse(url());
    HostPort address = HostPort.parse(given.hosts().get(0));
    ConnectionPool pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(
                    new PostgresqlConnectionFactory(
                        PostgresqlConnectionConfiguration.builder()
                            .host(address.host())
                            .port(address.port())
                            .database(given.database())
                            .username(role)
                            .password("strict")
                            .build()))
                .maxSize(8)
                .build());
    Database database = new Database(pool);
    String table = given.schema().value() + ".counted";

    Mono<Long> update = database.write(Sql.of("UPDATE " + table + " SET n = n + $1", 1));
    Await.done(Flux.range(0, 200).flatMap(i -> update, 8));

    long counted =
        Await.value(
            database.first(
                Sql.of("SELECT n::bigint FROM " + table + " WHERE $1", true),
                row -> row.number(0)));
    assertThat(counted).isEqualTo(200);
    Await.done(database.close().then(pool.disposeLater()));
  }
}
