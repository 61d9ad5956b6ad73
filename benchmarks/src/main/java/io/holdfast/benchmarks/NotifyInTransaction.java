package io.holdfast.benchmarks;

import io.holdfast.event.EventOrigin;
import io.holdfast.event.JobEvent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.postgresql.PGConnection;

/**
 * The peer: what most do. A plain table, one insert and one NOTIFY in one transaction and one round
 * trip, and a listener that reads what lies behind the last position it has seen. No versions, no
 * repeat-safety, and events whose transactions commit out of order are lost.
 */
final class NotifyInTransaction implements AutoCloseable {

  private static final int WRITERS = 16;

  private static final String TABLE =
      """
      DROP TABLE IF EXISTS peer_events;
      CREATE TABLE peer_events (
        position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        job_id text NOT NULL,
        event_type text NOT NULL,
        number integer NOT NULL,
        correlation_id text,
        agent_id text,
        created_at timestamptz NOT NULL,
        data jsonb NOT NULL
      );
      CREATE INDEX ON peer_events (job_id);
      CREATE INDEX ON peer_events (correlation_id);
      """;

  private static final String INSERT =
      """
      INSERT INTO peer_events
        (job_id, event_type, number, correlation_id, agent_id, created_at, data)
      VALUES (?, ?, ?, ?, ?, ?, ?::jsonb)
      """;

  private static final String INSERT_AND_NOTIFY =
      """
      WITH inserted AS (
        INSERT INTO peer_events
          (job_id, event_type, number, correlation_id, agent_id, created_at, data)
        VALUES (?, ?, ?, ?, ?, ?, ?::jsonb)
        RETURNING position
      )
      SELECT pg_notify('peer', position::text) FROM inserted
      """;

  private static final String READ =
      """
      SELECT position, job_id, event_type, number, correlation_id, agent_id, created_at, data
      FROM peer_events
      WHERE position > ?
      ORDER BY position
      LIMIT 4000
      """;

  /** One event to insert. */
  private record Work(int n, JobEvent event) {}

  private final Server server;
  private final boolean notifies;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final List<Future<?>> writers = new ArrayList<>();
  private volatile boolean closed;

  NotifyInTransaction(Server server, boolean notifies) throws SQLException {
    this.server = server;
    this.notifies = notifies;
    server.execute(TABLE);
  }

  /** Hands on the number of each event that the listener reads. */
  void listen(IntConsumer arrived) throws SQLException {
    Connection connection = server.jdbc();
    try (Statement statement = connection.createStatement()) {
      statement.execute("LISTEN peer");
    }
    writers.add(
        threads.submit(
            () -> {
              try (connection;
                  PreparedStatement read = connection.prepareStatement(READ)) {
                follow(connection.unwrap(PGConnection.class), read, arrived);
              }
              return null;
            }));
  }

  private void follow(PGConnection connection, PreparedStatement read, IntConsumer arrived)
      throws SQLException {
    long last = 0;
    while (!closed) {
      var unused = connection.getNotifications(100);
      read.setLong(1, last);
      try (ResultSet rows = read.executeQuery()) {
        while (rows.next()) {
          last = rows.getLong(1);
          touch(rows);
          arrived.accept(rows.getInt(4));
        }
      }
    }
  }

  /** A reader makes values of all columns. */
  private static void touch(ResultSet row) throws SQLException {
    for (int column : new int[] {2, 3, 5, 6, 7, 8}) {
      Object unused = row.getObject(column);
    }
  }

  /** Inserts an event as soon as one of the writers is free. */
  void insert(int n, JobEvent event) {
    if (writers.size() <= 1) {
      for (int writer = 0; writer < WRITERS; writer++) {
        writers.add(threads.submit(() -> write()));
      }
    }
    queue.add(new Work(n, event));
  }

  private Long write() throws Exception {
    long written = 0;
    try (Connection connection = server.jdbc();
        PreparedStatement insert =
            connection.prepareStatement(notifies ? INSERT_AND_NOTIFY : INSERT)) {
      while (!closed) {
        Work work = queue.poll(100, TimeUnit.MILLISECONDS);
        if (work != null) {
          insert(insert, work);
          written++;
        }
      }
    }
    return written;
  }

  private static void insert(PreparedStatement insert, Work work) throws SQLException {
    JobEvent event = work.event();
    EventOrigin origin = event.event().origin();
    insert.setString(1, event.job().value());
    insert.setString(2, event.event().type());
    insert.setInt(3, work.n());
    insert.setString(4, origin.correlationId());
    insert.setString(5, origin.agentId());
    insert.setTimestamp(6, Timestamp.from(Objects.requireNonNull(event.event().createdAt())));
    insert.setString(7, new String(event.event().data().utf8(), StandardCharsets.UTF_8));
    insert.execute();
  }

  /** As many inserts as the writers can make in that time; how many a second. */
  double closedLoop(Duration duration) throws Exception {
    Instant at = Instant.now();
    List<Future<Long>> running = new ArrayList<>();
    long end = System.nanoTime() + duration.toNanos();
    for (int writer = 0; writer < WRITERS; writer++) {
      int first = writer;
      running.add(threads.submit(() -> loop(first, at, end)));
    }
    long written = 0;
    for (Future<Long> writer : running) {
      written += writer.get();
    }
    return written / (duration.toNanos() / 1e9);
  }

  private long loop(int first, Instant at, long end) throws SQLException {
    long written = 0;
    try (Connection connection = server.jdbc();
        PreparedStatement insert =
            connection.prepareStatement(notifies ? INSERT_AND_NOTIFY : INSERT)) {
      for (int n = first; System.nanoTime() - end < 0; n += WRITERS) {
        insert(insert, new Work(n, SampleEvents.event(n, at)));
        written++;
      }
    }
    return written;
  }

  @Override
  public void close() {
    closed = true;
    threads.shutdown();
    writers.forEach(NotifyInTransaction::requireEnd);
  }

  private static void requireEnd(Future<?> thread) {
    try {
      Object unused = thread.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The peer failed", e);
    }
  }
}
