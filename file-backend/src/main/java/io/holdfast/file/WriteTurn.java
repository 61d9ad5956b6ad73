package io.holdfast.file;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets writers decide what to write one after the other, in the order in which they came, without a
 * blocked thread. All of its state belongs to the one thread of the turn.
 */
final class WriteTurn {

  private final Disk disk;
  private final BooleanSupplier crowded;
  private final Supplier<Instant> clock;
  private final Set<Request> waiting = new LinkedHashSet<>();
  private volatile @Nullable Instant heldSince;
  private boolean closed;

  /** What wants a turn. */
  interface Request {

    /** Takes the turn; true if it is kept until {@link #release()}. */
    boolean start();

    /** There will be no turn. */
    void refuse();
  }

  /** While {@code crowded}, nobody gets a turn: more has been decided than written. */
  WriteTurn(Disk disk, Supplier<Instant> clock, BooleanSupplier crowded) {
    this.disk = disk;
    this.clock = clock;
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

  /** Forgets {@code request}, which nobody waits for any more. */
  void cancel(Request request) {
    disk.onTurn(() -> waiting.remove(request));
  }

  /** How many wait; for the thread of the turn. */
  int waiting() {
    return waiting.size();
  }

  /** Since when the turn is kept; {@code null} if it is not. */
  @Nullable Instant heldSince() {
    return heldSince;
  }

  /** Ends a turn that was kept. */
  void release() {
    disk.onTurn(
        () -> {
          heldSince = null;
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
    while (heldSince == null && !waiting.isEmpty() && !crowded.getAsBoolean()) {
      Request first = waiting.iterator().next();
      waiting.remove(first);
      heldSince = clock.get();
      if (!first.start()) {
        heldSince = null;
      }
    }
  }
}
