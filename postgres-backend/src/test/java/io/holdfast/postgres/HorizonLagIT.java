package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.Health;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who holds subscriptions back, how far and how long; and a sequence that stands too low. */
class HorizonLagIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void health_says_nothing_is_held_back_when_nobody_appends() {
    Health health = SERVER.storage().health().block(PATIENCE);

    assertThat(health.facts()).containsEntry("horizon lag", "0 positions");
    assertThat(health.facts()).doesNotContainKey("horizon held by");
  }

  @Test
  void health_names_the_process_that_holds_subscriptions_back_and_how_far() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    append(storage, 10);
    try (Connection foreigner = SERVER.jdbc();
        Statement statement = foreigner.createStatement()) {
      foreigner.setAutoCommit(false);
      statement.execute("SET application_name = 'nightly import'");
      statement.execute("SELECT append_event('foreign', 'type')");
      append(storage, 5);

      Health health = storage.health().block(PATIENCE);

      assertThat(health.facts())
          .as("one position of the foreigner's, five behind it")
          .containsEntry("horizon lag", "6 positions");
      assertThat(health.facts().get("horizon held by"))
          .matches("process " + pid(statement) + " \\(nightly import\\), open for \\d+ s");
    }
  }

  private static String pid(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void opening_raises_a_sequence_that_a_restore_has_left_behind() throws SQLException {
    append(SERVER.storage(), 30);
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT setval('event_position', 3)");
    }

    AppendResult next = append(SERVER.reopen(), 1);

    assertThat(Positions.number(next.events().get(0).position())).isEqualTo(31);
  }

  @Test
  void opening_notes_the_months_that_a_restore_has_left_out() throws SQLException {
    append(SERVER.storage(), 30);
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM position_months");
    }

    UnifiedStorage reopened = SERVER.reopen();

    assertThat(
            reopened
                .events()
                .read(EventQuery.forward(EventFilter.all()))
                .collectList()
                .block(PATIENCE))
        .hasSize(30);
  }

  @CanIgnoreReturnValue
  private static AppendResult append(UnifiedStorage storage, int events) {
    return storage
        .events()
        .append(
            new JobId("job"),
            ExpectedVersion.any(),
            Collections.nCopies(events, Event.of("type", Json.EMPTY)))
        .block(PATIENCE);
  }
}
