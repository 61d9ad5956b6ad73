package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A month that was filled a moment ago, of which the planner knows nothing yet. */
class OrderedPagesIT {

  private static final int EVENTS = 20_000;
  private static final Instant TIME = Instant.parse("2026-03-01T00:00:00Z");

  /** More than the memory that a sort has. */
  private static final String PADDING = "x".repeat(300);

  private static final String PAGE =
      """
      SELECT found
      FROM event_page(7, '%s', %d, 0, 200000, 1000, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL) AS found
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void its_pages_are_read_along_the_index_and_not_sorted() throws SQLException {
    Await.value(
        SERVER
            .storage()
            .transfer(RecordedEvent.KIND)
            .load(IntStream.rangeClosed(1, EVENTS).mapToObj(OrderedPagesIT::event).toList()));

    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertThat(read(statement, "EXPLAIN (ANALYZE, BUFFERS) " + PAGE.formatted("forward", 0)))
          .contains("rows=1001")
          .doesNotContain("temp ");
      assertThat(
              read(statement, "EXPLAIN (ANALYZE, BUFFERS) " + PAGE.formatted("backward", EVENTS)))
          .contains("rows=1001")
          .doesNotContain("temp ");
      assertThat(read(statement, "SHOW enable_bitmapscan")).as("as before").isEqualTo("on\n");
    }
  }

  private static RecordedEvent event(int n) {
    return new RecordedEvent(
        new Position(Integer.toString(n)),
        new JobId("job-" + n % 100),
        n,
        Event.of("t", Json.of("{\"n\":" + n + ",\"text\":\"" + PADDING + "\"}"))
            .at(TIME.plusSeconds(n)));
  }

  private static String read(Statement statement, String sql) throws SQLException {
    StringBuilder answer = new StringBuilder();
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        answer.append(rows.getString(1)).append('\n');
      }
    }
    return answer.toString();
  }
}
