package io.holdfast.postgres;

import io.holdfast.lock.Attempt;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.WaitingLine;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** A process has one place in the queue of each lock, and is called. */
final class PostgresContest implements WaitingLine.Contest {

  /** A place is given up that nobody has looked after for 15 seconds. */
  private static final Duration SAFETY_LOOK = Duration.ofSeconds(5);

  private static final Duration DEAF_LOOK = Duration.ofMillis(250);

  private final PostgresLockLedger ledger;
  private final Listener listener;
  private final String process;

  PostgresContest(PostgresLockLedger ledger, Listener listener, String process) {
    this.ledger = ledger;
    this.listener = listener;
    this.process = process;
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
}
