package io.holdfast.postgres;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;

/**
 * A script that writes events with plain SQL, as somebody would who has never seen this library.
 */
final class ForeignWriter implements Callable<Void> {

  private static final String INSERT =
      "INSERT INTO events (version, job_id, event_type, data)"
          + " SELECT ?::bigint + n, ?, 'foreign', '{}' FROM generate_series(1, 3) n";

  private static final String COPY =
      "COPY events (version, job_id, event_type, data) FROM STDIN (FORMAT csv)";

  private final Connection connection;
  private final String job;
  private final int transactions;
  private final Random random;

  ForeignWriter(Connection connection, String job, int transactions) {
    this.connection = connection;
    this.job = job;
    this.transactions = transactions;
    this.random = new Random(job.hashCode());
  }

  /** Three rows, a pause, three rows, a pause; one in ten changes its mind. */
  @Override
  public Void call() throws SQLException, IOException {
    try (connection) {
      connection.setAutoCommit(false);
      write();
    }
    return null;
  }

  private void write() throws SQLException, IOException {
    long version = 0;
    for (int n = 0; n < transactions; n++) {
      insert(version);
      pause();
      if (n % 2 == 0) {
        insert(version + 3);
      } else {
        copy(version + 3);
      }
      pause();
      if (random.nextInt(10) == 0) {
        connection.rollback();
      } else {
        connection.commit();
        version += 6;
      }
    }
  }

  private void insert(long version) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setLong(1, version);
      statement.setString(2, job);
      statement.executeUpdate();
    }
  }

  private void copy(long version) throws SQLException, IOException {
    StringBuilder rows = new StringBuilder();
    for (long n = version + 1; n <= version + 3; n++) {
      rows.append(n).append(',').append(job).append(",foreign,{}\n");
    }
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn(COPY, new StringReader(rows.toString()));
  }

  private void pause() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_sleep(" + random.nextInt(4) / 1_000.0 + ")");
    }
  }
}
