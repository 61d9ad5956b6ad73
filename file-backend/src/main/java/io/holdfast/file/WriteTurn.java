package io.holdfast.file;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/**
 * Lets writers decide what to write one after the other, in the order in which they came, without a
 * blocked thread. All of its state belongs to the one thread of the turn.
 */
final class WriteTurn {

  private final Disk disk;
  private final BooleanSupplier crowded;
  private final Queue<Request> waiting = new ArrayDeque<>();
  private boolean held;
  private boolean closed;

  /** What wants a turn. */
  interface Request {

    /** Takes the turn; true if it is kept until {@link #release()}. */
    boolean start();

    /** There will be no turn. */
    void refuse();
  }

  /** While {@code crowded}, nobody gets a turn: more has been decided than written. */
  WriteTurn(Disk disk, BooleanSupplier crowded) {
    this.disk = disk;
    this.crowded = crowded;
  }

  void enqueue(Request request) {
    boolean accepted =
        disk.onTurn(
            () -> {
              waiting.add(request);
              next();
            });
    if (!accepted) {
      request.refuse();
    }
  }

  /** Ends a turn that was kept. */
  void release() {
    disk.onTurn(
        () -> {
          held = false;
          next();
        });
  }

  /** There may be room again. */
  void resume() {
    disk.onTurn(this::next);
  }

  /** Refuses everybody from now on. */
  void close() {
    disk.onTurn(
        () -> {
          closed = true;
          next();
        });
  }

  private void next() {
    if (closed) {
      waiting.forEach(Request::refuse);
      waiting.clear();
    }
    while (!held && !waiting.isEmpty() && !crowded.getAsBoolean()) {
      held = waiting.remove().start();
    }
  }
}
