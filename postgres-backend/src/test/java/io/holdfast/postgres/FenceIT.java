package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Locks while a fenced transaction under them is open. */
class FenceIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AT_ONCE = Duration.ofSeconds(5);
  private static final LockName NAME = new LockName("lock");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void the_holder_renews_and_others_are_refused_without_waiting() {
    UnifiedStorage storage = SERVER.storage();
    Lease lease =
        storage.locks().tryAcquire(LockRequest.of(NAME, Duration.ofSeconds(60))).block(PATIENCE);
    Sinks.Empty<Void> inside = Sinks.empty();
    Sinks.Empty<Void> end = Sinks.empty();
    Mono<Boolean> open =
        storage
            .inTransaction(
                lease,
                tx ->
                    tx.sessions()
                        .find(new SessionId("s"))
                        .then(Mono.fromRunnable(inside::tryEmitEmpty))
                        .then(end.asMono())
                        .thenReturn(true))
            .cache();
    var running = open.subscribe();
    inside.asMono().block(PATIENCE);

    assertThat(storage.locks().renew(lease).block(AT_ONCE).token()).isEqualTo(lease.token());
    assertThatThrownBy(
            () ->
                storage
                    .locks()
                    .tryAcquire(LockRequest.of(NAME, Duration.ofSeconds(60)))
                    .block(AT_ONCE))
        .isInstanceOf(ConflictException.class);

    var unused = end.tryEmitEmpty();
    assertThat(open.block(PATIENCE)).isTrue();
    assertThat(running.isDisposed()).isTrue();
  }
}
