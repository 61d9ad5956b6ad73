package io.holdfast.lock;

import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a backend keeps of locks, and the line of those that wait for them. */
final class WaitingLocks implements LockStore {

  private final LockLedger ledger;
  private final WaitingLine.Contest contest;
  private final WaitingLine line;

  WaitingLocks(LockLedger ledger, WaitingLine.Contest contest, WaitingLine line) {
    this.ledger = ledger;
    this.contest = contest;
    this.line = line;
  }

  @Override
  public Mono<Lease> acquire(LockRequest request, Duration patience) {
    return line.acquire(ledger, contest, request, patience);
  }

  @Override
  public Flux<Leadership> elect(LockRequest request) {
    return line.elect(this, request);
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
