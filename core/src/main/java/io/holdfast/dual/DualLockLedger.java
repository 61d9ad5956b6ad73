package io.holdfast.dual;

import io.holdfast.lock.Lease;
import io.holdfast.lock.LockLedger;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leases, given by the leading side alone; the other one keeps what it will need of them. */
class DualLockLedger implements LockLedger {

  private final Access access;

  DualLockLedger(Access access) {
    this.access = access;
  }

  static Area one(LockName name) {
    return Area.one(LockState.KIND, name.value());
  }

  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
    Authority.requireOther(request.name());
    return access.write(List.of(one(request.name())), stores -> stores.locks().tryAcquire(request));
  }

  @Override
  public Mono<Lease> extend(Lease lease, Duration duration) {
    return access.renew(
        List.of(one(lease.name())), stores -> stores.locks().extend(lease, duration));
  }

  @Override
  public Mono<Void> release(Lease lease) {
    return access.write(List.of(one(lease.name())), stores -> stores.locks().release(lease));
  }

  @Override
  public Mono<Void> forceRelease(LockName name) {
    Authority.requireOther(name);
    return access.write(List.of(one(name)), stores -> stores.locks().forceRelease(name));
  }

  @Override
  public Mono<LockState> find(LockName name) {
    return access.ask(stores -> stores.locks().find(name));
  }

  @Override
  public Flux<LockState> list(int limit) {
    return access.askMany(stores -> stores.locks().list(limit));
  }

  @Override
  public Mono<Void> enter(LockName name) {
    return access.ask(stores -> stores.locks().enter(name));
  }
}
