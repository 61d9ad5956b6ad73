package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.StartFrom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A role that may do nothing but use its schema. */
class RightsIT {

  private static final JobId JOB = new JobId("job");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final String role = "role_" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeEach
  void makeRoleAndSchema() throws SQLException {
    String schema = PostgresUrl.parse(SERVER.currentUrl()).schema().value();
    execute("CREATE ROLE " + role + " LOGIN PASSWORD 'secret'");
    execute("CREATE SCHEMA " + schema + " AUTHORIZATION " + role);
  }

  @AfterEach
  void dropRole() throws SQLException {
    SERVER.closeAll();
    execute("DROP OWNED BY " + role + " CASCADE");
    execute("DROP ROLE " + role);
  }

  private UnifiedStorage open() {
    return SERVER.open(SERVER.currentUrl().replaceFirst("//[^@]*@", "//" + role + ":secret@"));
  }

  @Test
  void a_schema_that_is_there_is_filled_and_upgraded_without_the_right_to_make_one()
      throws SQLException {
    Await.done(open().close());
    execute("DROP FUNCTION note_all_months()");
    execute("DELETE FROM schema_history WHERE version = 15");

    assertThat(Await.value(open().health()).problems()).isEmpty();
  }

  @Test
  void opens_without_any_right_to_change_the_schema_also_when_months_are_due() throws SQLException {
    Await.done(SERVER.open(SERVER.currentUrl()).close());
    String schema = PostgresUrl.parse(SERVER.currentUrl()).schema().value();
    execute("ALTER SCHEMA " + schema + " OWNER TO CURRENT_USER");
    execute("GRANT USAGE ON SCHEMA " + schema + " TO " + role);
    execute("GRANT ALL ON ALL TABLES IN SCHEMA " + schema + " TO " + role);
    execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA " + schema + " TO " + role);
    PostgresConfiguration configuration =
        PostgresUrl.parse(
            SERVER.currentUrl().replaceFirst("//[^@]*@", "//" + role + ":secret@") + "&upgrade=no");
    Clock aMonthOn = Clock.offset(Clock.systemUTC(), Duration.ofDays(32));

    UnifiedStorage storage = SERVER.closing(Await.value(Opening.open(configuration, aMonthOn)));

    assertThat(Await.value(storage.health()).problems()).isEmpty();
    assertThat(
            Await.value(
                    storage
                        .events()
                        .append(JOB, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY))))
                .repeated())
        .isFalse();
  }

  @Test
  void a_subscription_that_may_not_read_any_more_ends() throws SQLException {
    UnifiedStorage storage = open();
    Mono<Void> live =
        storage
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .concatMap(
                event -> Mono.fromCallable(this::revoke).subscribeOn(Schedulers.boundedElastic()))
            .then();

    Await.done(
        storage.events().append(JOB, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY))));

    assertThat(Await.failure(UnavailableException.class, live)).hasMessageContaining("42501");
  }

  private boolean revoke() throws SQLException {
    execute("REVOKE ALL ON events FROM " + role);
    execute("SELECT append_event('job', 't', '{}')");
    return true;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
