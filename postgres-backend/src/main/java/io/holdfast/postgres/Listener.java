package io.holdfast.postgres;

import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
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
 * is a subscriber. It sends itself a heartbeat through the database, and starts anew when that does
 * not come back; every start wakes everybody, because nobody knows what was missed.
 */
final class Listener {

  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final String PING = "ping";

  private final Channel channel;
  private final WakeUps wakeUps;
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final AtomicBoolean listening = new AtomicBoolean();
  private final Flux<Notification> shared;
  private volatile Mono<Void> hangingUp = Mono.empty();

  Listener(Connections connections, Channel channel, WakeUps wakeUps) {
    this.channel = channel;
    this.wakeUps = wakeUps;
    this.shared =
        Flux.usingWhen(connections.create(), this::listen, this::hangUp)
            .doOnNext(this::hear)
            .doOnError(this::lost)
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                    .maxBackoff(Duration.ofSeconds(10))
                    .transientErrors(true))
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
    // The driver drops what arrives before there is a subscriber: subscribe, then LISTEN, then
    // read.
    Flux<Notification> heard =
        connection
            .getNotifications()
            .onBackpressureLatest()
            .timeout(HEARTBEAT.multipliedBy(2))
            .concatWith(Flux.error(() -> new TimeoutException("the connection was closed")));
    return heard.mergeWith(start(connection).thenMany(heartbeat(connection)));
  }

  private Mono<Void> start(PostgresqlConnection connection) {
    return connection
        .createStatement("LISTEN " + channel.name())
        .execute()
        .concatMap(result -> result.getRowsUpdated())
        .then(
            Mono.fromRunnable(
                () -> {
                  listening.set(true);
                  wakeUps.raise();
                }));
  }

  private Flux<Notification> heartbeat(PostgresqlConnection connection) {
    Sql ping = Sql.of("SELECT pg_notify($1, $2)::text", channel.name(), PING);
    return Flux.interval(HEARTBEAT)
        .onBackpressureDrop()
        .concatMap(tick -> new BoundConnection(connection).list(ping, row -> true), 1)
        .thenMany(Flux.never());
  }

  private void hear(Notification notification) {
    if (!PING.equals(notification.getParameter())) {
      wakeUps.raise();
    }
  }

  private void lost(Throwable error) {
    listening.set(false);
    LOG.warn("Lost the listening connection, opening a new one: {}", error.getMessage());
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
          return hangingUp.timeout(HEARTBEAT, Mono.empty());
        });
  }
}
