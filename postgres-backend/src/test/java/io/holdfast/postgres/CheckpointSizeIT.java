package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.contract.Await;
import io.holdfast.contract.SlowHistory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much room a long history of a large state takes. */
class CheckpointSizeIT {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointSizeIT.class);

  /** With their TOAST tables and indexes. */
  private static final String BYTES =
      """
      SELECT sum(pg_total_relation_size(c.oid))
      FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
        AND c.relname LIKE 'checkpoint%'
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void versions_of_a_slowly_changing_megabyte_take_what_has_changed() throws SQLException {
    check(200);
  }

  @Test
  @Tag("soak")
  void a_thousand_versions_of_a_slowly_changing_megabyte_take_less_than_forty()
      throws SQLException {
    check(1_000);
    LOG.info(SlowHistory.latency(SERVER.storage()));
  }

  private static void check(int versions) throws SQLException {
    long start = System.nanoTime();
    Checkpoint last = SlowHistory.save(SERVER.storage(), versions);
    double saving = (System.nanoTime() - start) / 1e9;

    long bytes = bytes();
    LOG.info("{} versions: {} bytes, {} s to save", versions, bytes, saving);
    assertThat(bytes).isLessThan(SlowHistory.bytesMax(versions));
    assertThat(Await.value(SERVER.storage().checkpoints().findLatest(SlowHistory.WORKFLOW)))
        .isEqualTo(last);
    assertThat(
            Await.value(
                SERVER
                    .storage()
                    .checkpoints()
                    .prune(SlowHistory.WORKFLOW, CheckpointRetention.last(1))))
        .isEqualTo(versions - 1L);
    assertThat(rows("checkpoint_packs")).as("what nothing needs is gone").isLessThanOrEqualTo(64);
    assertThat(Await.value(SERVER.storage().checkpoints().findLatest(SlowHistory.WORKFLOW)))
        .isEqualTo(last);
  }

  private static long bytes() throws SQLException {
    return number(BYTES);
  }

  private static long rows(String table) throws SQLException {
    return number("SELECT count(*) FROM " + table);
  }

  private static long number(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}
