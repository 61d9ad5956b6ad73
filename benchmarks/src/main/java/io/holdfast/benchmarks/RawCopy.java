package io.holdfast.benchmarks;

import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.JobEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The ceiling of a bulk append: the same rows, encoded beforehand, sent by {@code COPY} with
 * pgjdbc's CopyManager into an identical table, in transactions of the same size, with nothing
 * promised.
 */
final class RawCopy {

  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private RawCopy() {}

  /** One transaction's worth of rows in the binary format. */
  static byte[] encode(List<JobEvent> events, long firstVersion) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0});
    out.writeInt(0);
    out.writeInt(0);
    long version = firstVersion;
    for (JobEvent event : events) {
      row(out, event, version++);
    }
    out.writeShort(-1);
    return bytes.toByteArray();
  }

  private static void row(DataOutputStream out, JobEvent jobEvent, long version)
      throws IOException {
    Event event = jobEvent.event();
    EventOrigin origin = event.origin();
    Duration since = Duration.between(EPOCH, Objects.requireNonNull(event.createdAt()));
    out.writeShort(8);
    number(out, version);
    number(out, since.getSeconds() * 1_000_000 + since.getNano() / 1_000);
    text(out, jobEvent.job().value());
    text(out, event.type());
    text(out, origin.id());
    text(out, origin.correlationId());
    text(out, origin.agentId());
    out.writeInt(event.data().sizeBytes() + 1);
    out.writeByte(1);
    out.write(event.data().utf8());
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    out.writeInt(Long.BYTES);
    out.writeLong(value);
  }

  private static void text(DataOutputStream out, @Nullable String value) throws IOException {
    if (value == null) {
      out.writeInt(-1);
      return;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  /** Sends all chunks over as many connections as there are lanes; how long it took. */
  static Duration send(Server server, String schema, List<List<byte[]>> lanes) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(lanes.size());
    try {
      long start = System.nanoTime();
      List<Future<Long>> running = new ArrayList<>();
      for (List<byte[]> lane : lanes) {
        running.add(threads.submit(sender(server, schema, lane)));
      }
      for (Future<Long> lane : running) {
        long unused = finished(lane);
      }
      return Duration.ofNanos(System.nanoTime() - start);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long finished(Future<Long> lane) throws Exception {
    try {
      return lane.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The ceiling could not be measured", e);
    }
  }

  private static Callable<Long> sender(Server server, String schema, List<byte[]> chunks) {
    return () -> {
      long rows = 0;
      try (Connection connection = server.jdbc()) {
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        for (byte[] chunk : chunks) {
          rows += copy(copy, schema, chunk);
        }
      }
      return rows;
    };
  }

  private static long copy(CopyManager copy, String schema, byte[] chunk)
      throws SQLException, IOException {
    return copy.copyIn(
        "COPY "
            + schema
            + ".events (version, created_at, job_id, event_type, event_id, correlation_id,"
            + " agent_id, data) FROM STDIN (FORMAT binary)",
        new java.io.ByteArrayInputStream(chunk),
        256 * 1024);
  }
}
