package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.contract.Await;
import io.holdfast.lock.WaitingLine;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether announcements are heard, and what is done when they are not. */
class ListenerIT {

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration NEVER = Duration.ofHours(1);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final WakeUps wakeUps = new WakeUps();
  private final AtomicInteger connects = new AtomicInteger();
  private Channel channel;
  private Connections connections;
  private Database control;

  @BeforeEach
  void connect() {
    PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    channel = Channel.of(configuration.schema());
    connections = new Connections(configuration);
    control = new Database(connections.control());
  }

  @AfterEach
  void hangUp() {
    Await.done(control.close().then(connections.close()));
  }

  @Test
  void hears_what_others_announce_and_not_itself() throws SQLException {
    Listener listener =
        listener(connection -> connection, new Listener.Timing(SHORT, SHORT, NEVER));
    Disposable listening = listener.keepListening().subscribe();
    Await.that(listener::isListening);
    long before = wakeUps.count();

    notify(channel.voice());
    notify(channel.ping());
    assertThat(wakeUps.count()).isEqualTo(before);
    notify(new Channel(channel.name(), "another").voice());
    Await.that(() -> wakeUps.count() == before + 1);
    notify("");
    Await.that(() -> wakeUps.count() == before + 2);

    listening.dispose();
    Await.done(listener.close());
  }

  /** As through a pooler in transaction mode: LISTEN is accepted, and nothing ever comes. */
  @Test
  void where_nothing_is_heard_it_does_not_connect_again_and_again() {
    Listener listener =
        listener(ListenerIT::deaf, new Listener.Timing(SHORT, SHORT, SHORT.multipliedBy(5)));
    Disposable listening = listener.keepListening().subscribe();

    Await.that(() -> connects.get() == 2);
    long began = System.nanoTime();
    Await.that(() -> connects.get() == 3);

    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .as("once it has given up it waits")
        .isGreaterThan(SHORT.multipliedBy(4));
    assertThat(listener.isListening()).isFalse();
    listening.dispose();
    Await.done(listener.close());
  }

  @Test
  void a_connection_that_falls_silent_is_replaced() {
    AtomicInteger made = new AtomicInteger();
    Listener listener =
        listener(
            connection -> made.incrementAndGet() == 1 ? deafAfterTwo(connection) : connection,
            new Listener.Timing(SHORT, Duration.ofSeconds(20), NEVER));
    Disposable listening = listener.keepListening().subscribe();

    Await.that(() -> connects.get() == 2);
    Await.that(listener::isListening);

    listening.dispose();
    Await.done(listener.close());
  }

  private Listener listener(UnaryOperator<PostgresqlConnection> fault, Listener.Timing timing) {
    Mono<PostgresqlConnection> connect =
        connections.create().map(fault).doOnNext(made -> connects.incrementAndGet());
    return new Listener(
        connect, control, channel, wakeUps, new WakeUps(), new WaitingLine(), timing);
  }

  private static PostgresqlConnection deaf(PostgresqlConnection connection) {
    return hearing(connection, Flux.never());
  }

  private static PostgresqlConnection deafAfterTwo(PostgresqlConnection connection) {
    return hearing(
        connection, Flux.from(connection.getNotifications()).take(2).concatWith(Flux.never()));
  }

  /** The real connection, but for what it hears. */
  private static PostgresqlConnection hearing(PostgresqlConnection connection, Flux<?> heard) {
    return (PostgresqlConnection)
        Proxy.newProxyInstance(
            PostgresqlConnection.class.getClassLoader(),
            new Class<?>[] {PostgresqlConnection.class},
            (self, method, arguments) -> {
              if (method.getName().equals("getNotifications")) {
                return heard;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void notify(String message) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute("NOTIFY " + channel.name() + ", '" + message + "'");
    }
  }
}
