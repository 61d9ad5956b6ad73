package io.holdfast.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Counts the months that a query locks: run in a transaction, it holds them until that ends. */
final class TouchedMonths {

  private static final String LOCKED =
      """
      SELECT count(DISTINCT c.oid)
      FROM pg_locks l
      JOIN pg_class c ON c.oid = l.relation
      WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relname LIKE 'events\\_%'
      """;

  private final Server server;

  TouchedMonths(Server server) {
    this.server = server;
  }

  int of(String query) throws SQLException {
    try (Connection connection = server.jdbc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(query);
      try (ResultSet row = statement.executeQuery(LOCKED)) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
