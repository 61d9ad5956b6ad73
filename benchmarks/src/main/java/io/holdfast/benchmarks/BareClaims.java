package io.holdfast.benchmarks;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The least that claiming and finishing can cost: a thread and a connection each, pgjdbc, the same
 * tables, rows that nobody looks at, a lease that nobody checks, and nobody dies.
 */
final class BareClaims {

  private static final String CLAIM =
      """
      WITH due AS MATERIALIZED (
        SELECT job_id, item_id
        FROM {schema}.dead_letter_states
        WHERE eligible AND due_at <= statement_timestamp() AND leased_until IS NULL
        ORDER BY due_at
        LIMIT 100
        FOR UPDATE SKIP LOCKED
      ), claimed AS (
        UPDATE {schema}.dead_letter_states s
        SET token = token + 1, owner = 'bare',
          leased_until = statement_timestamp() + interval '1 minute'
        FROM due d
        WHERE s.job_id = d.job_id AND s.item_id = d.item_id
        RETURNING s.job_id, s.item_id
      )
      SELECT job_id, item_id, l.failures, l.data
      FROM claimed
      JOIN {schema}.dead_letters l USING (job_id, item_id)
      """;

  private static final String FINISH =
      """
      WITH gone AS (
        DELETE FROM {schema}.dead_letter_states s
        USING unnest(?::text[], ?::text[]) AS w (job_id, item_id)
        WHERE s.job_id = w.job_id AND s.item_id = w.item_id
        RETURNING s.job_id, s.item_id
      )
      DELETE FROM {schema}.dead_letters l
      USING gone g
      WHERE l.job_id = g.job_id AND l.item_id = g.item_id
      """;

  private final Server server;
  private final String schema;

  BareClaims(Server server, String schema) {
    this.server = server;
    this.schema = schema;
  }

  /** How many items all threads have finished. */
  long run() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(Claimers.COUNT);
    try {
      List<Future<Long>> all = new ArrayList<>();
      for (int n = 0; n < Claimers.COUNT; n++) {
        all.add(threads.submit(this::work));
      }
      long finished = 0;
      for (Future<Long> one : all) {
        finished += one.get();
      }
      return finished;
    } finally {
      threads.shutdownNow();
    }
  }

  private long work() throws SQLException {
    long finished = 0;
    try (Connection connection = server.jdbc();
        PreparedStatement claim = connection.prepareStatement(CLAIM.replace("{schema}", schema));
        PreparedStatement finish =
            connection.prepareStatement(FINISH.replace("{schema}", schema))) {
      List<String> jobs = new ArrayList<>();
      List<String> items = new ArrayList<>();
      do {
        jobs.clear();
        items.clear();
        claim(claim, jobs, items);
        finished += jobs.isEmpty() ? 0 : finish(connection, finish, jobs, items);
      } while (!jobs.isEmpty());
    }
    return finished;
  }

  private static void claim(PreparedStatement claim, List<String> jobs, List<String> items)
      throws SQLException {
    try (ResultSet rows = claim.executeQuery()) {
      while (rows.next()) {
        jobs.add(rows.getString(1));
        items.add(rows.getString(2));
        if (rows.getString(3) == null || rows.getString(4) == null) {
          throw new IllegalStateException("A letter without content");
        }
      }
    }
  }

  private static long finish(
      Connection connection, PreparedStatement finish, List<String> jobs, List<String> items)
      throws SQLException {
    Array first = connection.createArrayOf("text", jobs.toArray());
    Array second = connection.createArrayOf("text", items.toArray());
    finish.setArray(1, first);
    finish.setArray(2, second);
    return finish.executeUpdate();
  }
}
