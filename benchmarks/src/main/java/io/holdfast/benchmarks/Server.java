package io.holdfast.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/**
 * The PostgreSQL that is measured: embedded, on this machine, and as durable as it comes. The
 * settings are the ones the reference figures were taken with.
 */
final class Server implements AutoCloseable {

  /** More than any measurement writes between two checkpoints. */
  private static final int WAL_SEGMENTS = 128;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "on",
          "synchronous_commit", "on",
          "full_page_writes", "on",
          "shared_buffers", "1GB",
          "min_wal_size", WAL_SEGMENTS * 16 + "MB",
          "max_wal_size", "4GB",
          "max_connections", "200");

  /** A ceiling is not to be slowed down by our triggers for writers that know nothing of us. */
  static final String NO_TRIGGERS = "-c holdfast.writer=library";

  private final EmbeddedPostgres postgres;

  private Server(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static Server start() throws IOException, SQLException {
    EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
    SETTINGS.forEach(builder::setServerConfig);
    Server server = new Server(builder.start());
    server.makeWal();
    return server;
  }

  /**
   * Makes segments of the write-ahead log that are used again from then on, as on any server that
   * has run for a while. A server that has none left fills a new one with zeros, and everybody who
   * commits waits for that: 50 ms for each 16 MB here.
   */
  private void makeWal() throws SQLException {
    for (int i = 0; i < WAL_SEGMENTS; i++) {
      execute("SELECT pg_logical_emit_message(false, 'holdfast', ''), pg_switch_wal()");
    }
    execute("CHECKPOINT");
  }

  /** The URL of a store in a schema of its own. */
  String url(String schema, int connections) {
    return "postgresql://postgres:postgres@localhost:"
        + postgres.getPort()
        + "/postgres?schema="
        + schema
        + "&connections="
        + connections;
  }

  int port() {
    return postgres.getPort();
  }

  Connection jdbc() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", "postgres");
    properties.setProperty("options", NO_TRIGGERS);
    return DriverManager.getConnection(
        "jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", properties);
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String version() throws SQLException {
    try (Connection connection = jdbc();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT current_setting('server_version') || ', fsync '"
                    + " || current_setting('fsync')")) {
      row.next();
      return "PostgreSQL " + row.getString(1);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
