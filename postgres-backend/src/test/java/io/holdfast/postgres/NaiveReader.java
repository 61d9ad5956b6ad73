package io.holdfast.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The reader that everybody writes first: "greater than the last position I saw". */
final class NaiveReader implements AutoCloseable {

  private final Connection connection;
  private final AtomicLong end = new AtomicLong(Long.MAX_VALUE);
  private final Set<Long> seen = new TreeSet<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  NaiveReader(Connection connection) {
    this.connection = connection;
  }

  void start() {
    new Thread(this::run, "naive-reader").start();
  }

  private void run() {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT position FROM events WHERE position > ? ORDER BY position LIMIT 1000")) {
      long last = 0;
      while (last < end.get()) {
        last = readPage(statement, last);
      }
      done.complete(null);
    } catch (SQLException e) {
      done.completeExceptionally(e);
    }
  }

  private long readPage(PreparedStatement statement, long after) throws SQLException {
    long last = after;
    statement.setLong(1, after);
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        last = rows.getLong(1);
        seen.add(last);
      }
    }
    return last;
  }

  void stopAfter(long position) {
    end.set(position);
    done.join();
  }

  Set<Long> lost(Set<Long> written) {
    Set<Long> lost = new TreeSet<>(written);
    lost.removeAll(seen);
    return lost;
  }

  @Override
  public void close() throws SQLException {
    end.set(0);
    connection.close();
  }
}
