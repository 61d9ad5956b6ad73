package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where the log is decided, by the sequence and the floors of those who write. */
class HorizonIT {

  private static final long ROUND = 1L << 31;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void is_zero_before_the_first_position_is_drawn() throws SQLException {
    SERVER.storage();

    assertThat(horizon("SELECT event_horizon(7)")).isZero();
  }

  @Test
  void is_the_last_position_when_nobody_writes() throws SQLException {
    assertThat(horizon(17)).isEqualTo(17);
  }

  @Test
  void is_the_smallest_floor_of_those_who_write() throws SQLException {
    assertThat(horizon(17, 12, 9, 16)).isEqualTo(9);
  }

  @Test
  void is_not_moved_by_a_writer_that_started_after_the_look_at_the_sequence() throws SQLException {
    assertThat(horizon(17, 18, 25)).isEqualTo(17);
  }

  @Test
  void finds_a_floor_of_the_round_before_when_the_key_has_wrapped() throws SQLException {
    assertThat(horizon(5 * ROUND + 3, 5 * ROUND - 4)).isEqualTo(5 * ROUND - 4);
  }

  @Test
  void passes_over_a_floor_of_the_round_after() throws SQLException {
    assertThat(horizon(5 * ROUND - 4, 5 * ROUND + 3)).isEqualTo(5 * ROUND - 4);
  }

  @Test
  void does_not_look_at_the_locks_of_another_store() throws SQLException {
    assertThat(horizon("SELECT event_horizon(8) FROM " + prepared(17, 9))).isEqualTo(17);
  }

  private static long horizon(long last, long... floors) throws SQLException {
    return horizon("SELECT event_horizon(7) FROM " + prepared(last, floors));
  }

  /** Sets the sequence and takes the floors, then emits a row. */
  private static String prepared(long last, long... floors) {
    SERVER.storage();
    String locks =
        LongStream.of(floors)
            .mapToObj(floor -> "pg_advisory_xact_lock_shared(7, " + (floor & (ROUND - 1)) + ")")
            .reduce("1", (all, lock) -> all + ", " + lock);
    return "(SELECT setval('event_position', " + last + "), " + locks + " OFFSET 0) prepared";
  }

  private static long horizon(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
