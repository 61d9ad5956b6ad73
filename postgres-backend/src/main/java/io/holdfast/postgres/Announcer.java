package io.holdfast.postgres;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Tells all processes that there are new events, or changed sessions, in a transaction of its own:
 * a NOTIFY inside the writing transaction would make all of the cluster commit one after the other.
 * While one notification is on its way, and for a moment after, any number of further ones become a
 * single next one.
 */
final class Announcer {

  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

  /** From one notification to the next: other processes look no more often than that. */
  private static final Duration PAUSE = Duration.ofMillis(2);

  private static final String NOTIFY = "SELECT pg_notify($1, $2)::text";

  private final WakeUps requests = new WakeUps();
  private final WakeUps wakeUps;
  private final Counter sent;
  private final Counter failed;
  private final Disposable running;

  /** Says {@code message} on the channel. */
  Announcer(SqlRunner control, Channel channel, String message, WakeUps wakeUps, Meters meters) {
    this.wakeUps = wakeUps;
    this.sent = meters.announcements();
    this.failed = meters.announcementFailures();
    this.running =
        requests
            .changes()
            .skip(1)
            .concatMap(request -> announce(control, channel, message).delayElement(PAUSE), 1)
            .publish()
            .connect();
  }

  /** Wakes the readers of this process now, and those of others soon. */
  void committed() {
    wakeUps.raise();
    tellOthers();
  }

  /** Wakes the readers of other processes soon. */
  void tellOthers() {
    requests.raise();
  }

  /** A notification that fails is not repeated: readers look by themselves every few seconds. */
  private Mono<Boolean> announce(SqlRunner control, Channel channel, String message) {
    return control
        .list(Sql.of(NOTIFY, channel.name(), message), row -> true)
        .doOnNext(done -> sent.increment())
        .doOnError(this::failed)
        .thenReturn(true)
        .onErrorReturn(false);
  }

  private void failed(Throwable error) {
    failed.increment();
    LOG.warn("Could not announce what was written: {}", error.getMessage());
  }

  void close() {
    running.dispose();
  }
}
