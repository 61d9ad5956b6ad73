package io.holdfast.file;

import io.holdfast.session.SessionWatches;
import java.io.IOException;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks again and again what another process writes, for those that follow sessions. */
final class SessionPoll {

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** Looking takes a tenth of the time at most, however many sessions there are. */
  private static final int REST = 9;

  private final Disk disk;
  private final State state;
  private final Follower follower;

  SessionPoll(Disk disk, State state, Follower follower) {
    this.disk = disk;
    this.state = state;
    this.follower = follower;
  }

  /** A look after the other; each emits. */
  Flux<Duration> rounds() {
    return Flux.defer(
        () -> {
          SessionWatches.Listening listening = state.watches().listen();
          return disk.run(() -> look(listening))
              .delayUntil(took -> Mono.delay(pause(took)))
              .repeat()
              .doFinally(signal -> listening.ended());
        });
  }

  private Duration look(SessionWatches.Listening listening) throws IOException {
    disk.requireOpen();
    long start = System.nanoTime();
    follower.refresh(Shelf.SESSIONS);
    var unused = listening.begun();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Duration pause(Duration took) {
    Duration rest = took.multipliedBy(REST);
    return rest.compareTo(PAUSE) > 0 ? rest : PAUSE;
  }
}
