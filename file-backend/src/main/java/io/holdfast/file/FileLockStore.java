package io.holdfast.file;

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

/** Locks for those that wait: all of them are in the one process that writes. */
final class FileLockStore implements LockStore, WaitingLine.Contest {

  private final FileLockLedger ledger;
  private final WaitingLine line;

  FileLockStore(Scope scope, WaitingLine line) {
    this.ledger = new FileLockLedger(scope, line, name -> line.call(name, true));
    this.line = line;
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
    return ledger.attempt(request, waiting);
  }

  /** Its place is in the line, and nowhere else. */
  @Override
  public Mono<Void> leave(LockName name) {
    return Mono.empty();
  }

  @Override
  public <T> Mono<T> hearing() {
    return Mono.never();
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
