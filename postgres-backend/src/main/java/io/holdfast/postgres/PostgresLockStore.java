package io.holdfast.postgres;

import io.holdfast.lock.Attempt;
import io.holdfast.lock.Leadership;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import io.holdfast.lock.WaitingLine;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Locks for those that wait: a process has one place in the queue of each, and is called. */
final class PostgresLockStore implements LockStore, WaitingLine.Contest {

  /** A place is given up that nobody has looked after for 15 seconds. */
  private static final Duration SAFETY_LOOK = Duration.ofSeconds(5);

  private static final Duration DEAF_LOOK = Duration.ofMillis(250);

  private final PostgresLockLedger ledger;
  private final WaitingLine line;
  private final Listener listener;
  private final String process;

  PostgresLockStore(
      PostgresLockLedger ledger, WaitingLine line, Listener listener, String process) {
    this.ledger = ledger;
    this.line = line;
    this.listener = listener;
    this.process = process;
  }

  @Override
  public Mono<Lease> acquire(LockRequest request, Duration patience) {
    return line.acquire(this, request, patience);
  }

  @Override
  public Flux<Leadership> elect(LockRequest request) {
    return line.elect(this, request);
  }

  @Override
  public Mono<Attempt> attempt(LockRequest request, boolean waiting) {
    return ledger.attempt(request, waiting ? process : null).map(this::lookingSoonEnough);
  }

  private Attempt lookingSoonEnough(Attempt attempt) {
    Duration longest = listener.isListening() ? SAFETY_LOOK : DEAF_LOOK;
    return attempt instanceof Attempt.Refused refused && refused.lookAfter().compareTo(longest) > 0
        ? new Attempt.Refused(refused.obstacle(), longest)
        : attempt;
  }

  @Override
  public Mono<Void> leave(LockName name) {
    return ledger.leave(name, process);
  }

  @Override
  public <T> Mono<T> hearing() {
    return listener.keepListening();
  }

  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
    return ledger.tryAcquire(request);
  }

  @Override
  public Mono<Lease> extend(Lease lease, Duration duration) {
    return ledger.extend(lease, duration);
  }

  @Override
  public Mono<Void> release(Lease lease) {
    return ledger.release(lease);
  }

  @Override
  public Mono<Void> forceRelease(LockName name) {
    return ledger.forceRelease(name);
  }

  @Override
  public Mono<LockState> find(LockName name) {
    return ledger.find(name);
  }

  @Override
  public Flux<LockState> list(int limit) {
    return ledger.list(limit);
  }

  @Override
  public Mono<Void> enter(LockName name) {
    return ledger.enter(name);
  }
}
