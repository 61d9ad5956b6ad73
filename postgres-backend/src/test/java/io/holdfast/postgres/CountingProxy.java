package io.holdfast.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lies between client and server, and counts how often the client waits for an answer before it
 * asks on. Answers come late, so that whatever does not need them has been asked before.
 */
final class CountingProxy implements AutoCloseable {

  private static final long LATE_MILLIS = 25;

  private final ServerSocket listening;
  private final String host;
  private final int port;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  CountingProxy(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start("proxy", this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The round trips of the connection that has made most since the last call. */
  int roundTrips() {
    return lines.stream().mapToInt(line -> line.trips.getAndSet(0)).max().orElse(0);
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (!listening.isClosed()) {
        Line line = new Line(listening.accept(), new Socket(host, port));
        lines.add(line);
        start("proxy-asks", line::ask);
        start("proxy-answers", line::answer);
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Line line : lines) {
      line.close();
    }
  }

  /** One connection. A trip begins with the first thing asked since something was answered. */
  private record Line(Socket client, Socket server, AtomicInteger trips, AtomicInteger answers) {

    Line(Socket client, Socket server) {
      this(client, server, new AtomicInteger(), new AtomicInteger(1));
    }

    void ask() {
      copy(client, server, () -> trips.addAndGet(answers.getAndSet(0)));
    }

    void answer() {
      copy(
          server,
          client,
          () -> {
            pause();
            answers.set(1);
          });
    }

    private static void pause() {
      try {
        Thread.sleep(LATE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void copy(Socket from, Socket to, Runnable seen) {
      byte[] buffer = new byte[1 << 16];
      try (InputStream in = from.getInputStream();
          OutputStream out = to.getOutputStream()) {
        int count = in.read(buffer);
        while (count >= 0) {
          seen.run();
          out.write(buffer, 0, count);
          count = in.read(buffer);
        }
      } catch (IOException e) {
        // The other side is gone.
      }
    }

    void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
