package io.holdfast.lock;

import io.holdfast.InvalidInputException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Those that wait for locks in this process, in the order in which they came; only the first of
 * each lock is at the storage for it. For backends, one a storage.
 */
public final class WaitingLine {

  /** How long others leave a free lock to the one whose turn it is. */
  public static final Duration TURN = Duration.ofMillis(100);

  /** The longest wait. */
  private static final Duration PATIENCE_MAX = LeaseDuration.MAX;

  private final Map<LockName, Deque<Waiter>> waiting = new HashMap<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();

  /** What a backend does for those that wait. */
  public interface Contest {

    /**
     * Tries to take the lock.
     *
     * @param waiting true for the first of this process's line: if it is refused, this process has
     *     a place in the order of all processes until it {@linkplain #leave leaves} or is served
     * @return never empty
     */
    Mono<Attempt> attempt(LockRequest request, boolean waiting);

    /** Gives up this process's place. */
    Mono<Void> leave(LockName name);

    /** Never emits; while it is subscribed to, {@link #call} is called for other processes. */
    <T> Mono<T> hearing();
  }

  /** Nobody waits yet. */
  public WaitingLine() {}

  /** The locks of {@code ledger}, also for those that wait here. */
  public LockStore locks(LockLedger ledger, Contest contest) {
    return new WaitingLocks(ledger, contest, this);
  }

  /** As {@link LockStore#acquire}. */
  Mono<Lease> acquire(LockLedger ledger, Contest contest, LockRequest request, Duration patience) {
    Objects.requireNonNull(request, "request");
    if (patience.isNegative() || patience.compareTo(PATIENCE_MAX) > 0) {
      throw new InvalidInputException(
          "patience", "must be 0 to " + PATIENCE_MAX + ", was " + patience);
    }
    // A cancel must not come between the storage's grant and our hearing of it: the waiter goes on
    // until it knows, and gives back what it got.
    return Mono.deferContextual(
        context -> {
          Waiter waiter = new Waiter(this, ledger, contest, request, patience);
          return Mono.fromFuture(waiter.run().contextWrite(context).toFuture(), true)
              .doOnNext(lease -> waiter.delivered())
              .doOnCancel(waiter::abandon);
        });
  }

  /** As {@link LockStore#elect}. */
  Flux<Leadership> elect(LockStore store, LockRequest request) {
    Objects.requireNonNull(request, "request");
    return new Election(store, request, PATIENCE_MAX)
        .terms()
        .takeUntilOther(closed.asMono())
        .concatWith(Mono.error(WaitingLine::closedError));
  }

  /** True if somebody in this process waits for the lock. */
  public synchronized boolean isAwaited(LockName name) {
    return waiting.containsKey(name);
  }

  /** The lock may be free; {@code ours} if it is this process's turn. */
  public void call(LockName name, boolean ours) {
    Waiter first = first(name);
    if (first != null) {
      first.calls().call(ours);
    }
  }

  /** Any lock may be free. */
  public void callAll() {
    names().forEach(name -> call(name, true));
  }

  private synchronized List<LockName> names() {
    return List.copyOf(waiting.keySet());
  }

  private synchronized @Nullable Waiter first(LockName name) {
    Deque<Waiter> line = waiting.get(name);
    return line == null ? null : line.peekFirst();
  }

  void enter(Waiter waiter) {
    if (add(waiter)) {
      waiter.takeTurn();
    }
  }

  private synchronized boolean add(Waiter waiter) {
    Deque<Waiter> line = waiting.computeIfAbsent(waiter.name(), name -> new ArrayDeque<>());
    line.addLast(waiter);
    return line.size() == 1;
  }

  /** True if nobody else in this process waits for the lock. */
  synchronized boolean isAlone(Waiter waiter) {
    Deque<Waiter> line = waiting.get(waiter.name());
    return line != null && line.size() == 1 && line.contains(waiter);
  }

  void leave(Waiter waiter) {
    Waiter next = remove(waiter);
    if (next != null) {
      next.takeTurn();
    }
  }

  /** Whose turn it is now, if it was this one's. */
  private synchronized @Nullable Waiter remove(Waiter waiter) {
    Deque<Waiter> line = waiting.get(waiter.name());
    if (line == null) {
      return null;
    }
    line.remove(waiter);
    if (line.isEmpty()) {
      waiting.remove(waiter.name());
    }
    return line.peekFirst();
  }

  /** Fails when the storage is closed; never emits. */
  <T> Mono<T> untilClosed() {
    return closed.asMono().then(Mono.error(WaitingLine::closedError));
  }

  private static UnavailableException closedError() {
    return new UnavailableException("The storage is closed");
  }

  /** Ends all waiting. */
  public void close() {
    var unused = closed.tryEmitEmpty();
  }
}
