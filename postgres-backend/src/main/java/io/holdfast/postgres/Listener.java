package io.holdfast.postgres;

import io.holdfast.lock.WaitingLine;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Hears what other processes announce: one connection a process, outside the pool, open while there
 * is somebody who follows. It counts as hearing once a message that was sent over another
 * connection has come back, and as lost when that stays out; every start wakes everybody, because
 * nobody knows what was missed.
 *
 * <p>Through a pooler in transaction mode nothing is ever heard. Then readers look by themselves,
 * and it is tried again only once in a while.
 */
final class Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /**
   * How patient a listener is.
   *
   * @param heartbeat how often a message is sent; two that stay out are a lost connection
   * @param echo how long the first message may take to come back
   * @param deafPause how long to wait before trying again where nothing was ever heard
   */
  record Timing(Duration heartbeat, Duration echo, Duration deafPause) {}

  static final Timing TIMING =
      new Timing(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofMinutes(1));

  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final Duration GOODBYE = Duration.ofSeconds(15);

  private static final String NOTIFY = "SELECT pg_notify($1, $2)::text";

  private final SqlRunner control;
  private final Channel channel;
  private final WakeUps wakeUps;
  private final WakeUps sessionWakeUps;
  private final WaitingLine line;
  private final Timing timing;
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final AtomicBoolean listening = new AtomicBoolean();
  private final Flux<Notification> shared;
  private volatile Mono<Void> hangingUp = Mono.empty();

  Listener(
      Mono<PostgresqlConnection> connect,
      SqlRunner control,
      Channel channel,
      WakeUps wakeUps,
      WakeUps sessionWakeUps,
      WaitingLine line,
      Timing timing) {
    this.control = control;
    this.channel = channel;
    this.wakeUps = wakeUps;
    this.sessionWakeUps = sessionWakeUps;
    this.line = line;
    this.timing = timing;
    this.shared =
        Flux.usingWhen(connect, this::listen, this::hangUp)
            .doOnNext(this::hear)
            .doOnError(this::lost)
            .retryWhen(Retry.from(losses -> losses.concatMap(this::pause, 1)))
            .takeUntilOther(closed.asMono())
            .doFinally(signal -> listening.set(false))
            .publish()
            .refCount(1, LINGER);
  }

  /** Never emits and never ends; listens as long as it is subscribed to. */
  <T> Mono<T> keepListening() {
    return shared.ignoreElements().then(Mono.never());
  }

  /** True if announcements are heard now; if not, readers should look more often. */
  boolean isListening() {
    return listening.get();
  }

  private Flux<Notification> listen(PostgresqlConnection connection) {
    // The driver drops what comes before there is a subscriber: subscribe, then LISTEN, then read.
    Flux<Notification> heard =
        connection
            .getNotifications()
            .onBackpressureLatest()
            .timeout(
                Mono.delay(timing.echo()),
                message -> Mono.delay(timing.heartbeat().multipliedBy(2)),
                silence())
            .concatWith(Flux.error(() -> new TimeoutException("the connection was closed")));
    return heard.mergeWith(start(connection).thenMany(heartbeat()));
  }

  private Flux<Notification> silence() {
    return Flux.defer(
        () ->
            Flux.error(
                listening.get()
                    ? new TimeoutException("nothing was heard any more")
                    : new Deaf("nothing is heard, as through a pooler in transaction mode")));
  }

  private Mono<Void> start(PostgresqlConnection connection) {
    return connection
        .createStatement("LISTEN " + channel.name())
        .execute()
        .concatMap(result -> result.getRowsUpdated())
        .then(Mono.fromRunnable(this::wakeEverybody));
  }

  private void wakeEverybody() {
    wakeUps.raise();
    sessionWakeUps.raise();
    line.callAll();
  }

  /** Over another connection: what one sends to itself it may hear where others are not heard. */
  private Flux<Notification> heartbeat() {
    Sql ping = Sql.of(NOTIFY, channel.name(), channel.ping());
    return Flux.interval(Duration.ZERO, timing.heartbeat())
        .onBackpressureDrop()
        .concatMap(tick -> control.list(ping, row -> true), 1)
        .thenMany(Flux.never());
  }

  private void hear(Notification notification) {
    if (listening.compareAndSet(false, true)) {
      LOG.debug("Announcements are heard on {}", channel.name());
    }
    String message = notification.getParameter();
    if (message == null || channel.isNews(message)) {
      wakeUps.raise();
    } else if (channel.isSessionNews(message)) {
      sessionWakeUps.raise();
    } else {
      channel.hearLockCall(message, line::call);
    }
  }

  private void lost(Throwable error) {
    listening.set(false);
    LOG.warn("Lost the listening connection: {}", error.getMessage());
  }

  /** Soon at first, then more and more seldom; without hope, once a minute. */
  private Mono<Long> pause(Retry.RetrySignal loss) {
    if (loss.failure() instanceof Deaf) {
      return Mono.delay(timing.deafPause());
    }
    long millis = Math.min(10_000, 100L << Math.min(10, loss.totalRetriesInARow()));
    return Mono.delay(Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis)));
  }

  /** What a connection that is closed already says to being closed again is of no interest. */
  private Mono<Void> hangUp(PostgresqlConnection connection) {
    Mono<Void> closing =
        connection
            .close()
            .onErrorResume(
                error -> {
                  LOG.debug("The listening connection was closed already", error);
                  return Mono.empty();
                })
            .cache();
    hangingUp = closing;
    return closing;
  }

  /** Completes when the connection is closed: its event loop has to be there until then. */
  Mono<Void> close() {
    return Mono.defer(
        () -> {
          var unused = closed.tryEmitEmpty();
          return hangingUp.timeout(GOODBYE, Mono.empty());
        });
  }

  /** LISTEN was accepted, but nothing comes. */
  private static final class Deaf extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Deaf(String message) {
      super(message, null, false, false);
    }
  }
}
