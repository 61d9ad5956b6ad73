package io.holdfast.file;

import io.holdfast.lock.Attempt;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.WaitingLine;
import reactor.core.publisher.Mono;

/** All who wait are in the one process that writes: its line is the only order there is. */
final class FileContest implements WaitingLine.Contest {

  private final FileLockLedger ledger;

  FileContest(FileLockLedger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Mono<Attempt> attempt(LockRequest request, boolean waiting) {
    return ledger.attempt(request, waiting);
  }

  @Override
  public Mono<Void> leave(LockName name) {
    return Mono.empty();
  }

  @Override
  public <T> Mono<T> hearing() {
    return Mono.never();
  }
}
