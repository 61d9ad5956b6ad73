package io.holdfast.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.MultiHostConnectionStrategy;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The connections of one storage: a pool for work, a small one for what must never wait behind work
 * (lock renewals, announcements, health), one that reads what is new for all subscriptions, two for
 * those that catch up, and an unpooled one for listening.
 */
final class Connections {

  private static final int CONTROL_CONNECTIONS = 2;

  /** One for each lane. */
  private static final int APPEND_CONNECTIONS = 2;

  /** Few: a thousand subscriptions that catch up must not keep the work waiting. */
  private static final int HISTORY_CONNECTIONS = 2;

  /**
   * A waiting ALTER TABLE keeps others from making a month: it has to give up before they do, and
   * try again.
   */
  private static final Duration MAINTENANCE_LOCK_WAIT = Duration.ofSeconds(2);

  /** How long the index of one month may take. */
  private static final Duration INDEXING_TIME = Duration.ofHours(12);

  /**
   * Odd: opening a connection takes two turns at the round of loops, so that of an even number
   * every other one would have no connection at all.
   */
  private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors() | 1;

  /**
   * Not colocated: otherwise all connections of a burst end up on the loop that opened the first.
   */
  private final LoopResources loops =
      new WatchedLoops(LoopResources.create("holdfast-postgres", 1, EVENT_LOOPS, true, false));

  private final PostgresqlConnectionFactory unpooled;
  private final PostgresqlConnectionFactory maintenance;
  private final PostgresqlConnectionFactory indexing;
  private final PostgresqlConnectionFactory indexingMonths;
  private final ConnectionPool work;
  private final ConnectionPool brief;
  private final ConnectionPool control;
  private final ConnectionPool head;
  private final ConnectionPool history;

  Connections(PostgresConfiguration configuration) {
    this.unpooled = new PostgresqlConnectionFactory(driver(configuration).build());
    this.maintenance =
        new PostgresqlConnectionFactory(
            driver(configuration).lockWaitTimeout(MAINTENANCE_LOCK_WAIT).build());
    this.indexing =
        new PostgresqlConnectionFactory(
            driver(configuration)
                .lockWaitTimeout(MAINTENANCE_LOCK_WAIT)
                .statementTimeout(INDEXING_TIME)
                .build());
    this.indexingMonths =
        new PostgresqlConnectionFactory(
            driver(configuration).statementTimeout(INDEXING_TIME).build());
    this.work = pool("holdfast-work", configuration.connections(), unpooled);
    this.brief =
        pool(
            "holdfast-append",
            APPEND_CONNECTIONS,
            new PostgresqlConnectionFactory(planningOnce(configuration)));
    this.control = pool("holdfast-control", CONTROL_CONNECTIONS, unpooled);
    this.head = pool("holdfast-head", 1, unpooled);
    this.history = pool("holdfast-history", HISTORY_CONNECTIONS, unpooled);
  }

  private PostgresqlConnectionConfiguration.Builder driver(PostgresConfiguration configuration) {
    PostgresqlConnectionConfiguration.Builder builder =
        PostgresqlConnectionConfiguration.builder()
            .database(configuration.database())
            .username(configuration.username())
            .applicationName(configuration.applicationName())
            .sslMode(configuration.sslMode())
            .connectTimeout(Duration.ofSeconds(10))
            .statementTimeout(configuration.statementTimeout())
            .options(serverSettings(configuration))
            .tcpKeepAlive(true)
            .forceBinary(true)
            .codecRegistrar(
                (connection, allocator, codecs) ->
                    Mono.fromRunnable(() -> codecs.addLast(new RecordBytes.Decoder())))
            .preparedStatementCacheQueries(configuration.preparedStatements())
            .loopResources(loops);
    if (configuration.password() != null) {
      builder.password(configuration.password());
    }
    return address(builder, configuration);
  }

  /**
   * A process that is gone without a word must not keep its transaction, its row locks and its
   * place in the order of events until TCP gives up, which takes hours. A single statement, which
   * has no BEGIN to say so, must see what was committed before it, whatever the role's default: a
   * stricter level would refuse it for what others do. And the triggers for foreign writers need
   * not fire for us.
   */
  private static Map<String, String> serverSettings(PostgresConfiguration configuration) {
    return Map.of(
        "default_transaction_isolation",
        "read committed",
        "idle_in_transaction_session_timeout",
        Long.toString(configuration.statementTimeout().toMillis()),
        "tcp_keepalives_idle",
        "30",
        "tcp_keepalives_interval",
        "10",
        "tcp_keepalives_count",
        "3",
        "holdfast.writer",
        "library");
  }

  /**
   * For one statement that is sent thousands of times a second, and takes longer to plan than to
   * run: a plan for any values, made once. It may be made on an empty table, where reading all of
   * it would look best. Up to version 17 a sequence, which can only be read as a whole, then counts
   * as so expensive that each execution would be compiled.
   */
  private PostgresqlConnectionConfiguration planningOnce(PostgresConfiguration configuration) {
    Map<String, String> settings = new HashMap<>(serverSettings(configuration));
    settings.put("plan_cache_mode", "force_generic_plan");
    settings.put("enable_seqscan", "off");
    settings.put("jit", "off");
    return driver(configuration).options(settings).build();
  }

  private static PostgresqlConnectionConfiguration.Builder address(
      PostgresqlConnectionConfiguration.Builder builder, PostgresConfiguration configuration) {
    if (configuration.hosts().size() == 1) {
      HostPort only = HostPort.parse(configuration.hosts().get(0));
      return builder.host(only.host()).port(only.port());
    }
    for (String host : configuration.hosts()) {
      HostPort address = HostPort.parse(host);
      builder.addHost(address.host(), address.port());
    }
    return builder.targetServerType(MultiHostConnectionStrategy.TargetServerType.PRIMARY);
  }

  private static ConnectionPool pool(String name, int size, ConnectionFactory factory) {
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(factory)
            .name(name)
            .initialSize(0)
            .maxSize(size)
            .maxAcquireTime(Duration.ofSeconds(30))
            .maxCreateConnectionTime(Duration.ofSeconds(15))
            .maxValidationTime(Duration.ofSeconds(5))
            .maxIdleTime(Duration.ofMinutes(10))
            .maxLifeTime(Duration.ofMinutes(30))
            .build());
  }

  ConnectionPool work() {
    return work;
  }

  /** For appends of a few events. */
  ConnectionPool brief() {
    return brief;
  }

  ConnectionPool control() {
    return control;
  }

  /** Connections that are made for one statement or transaction, and wait for locks briefly. */
  ConnectionFactory maintenance() {
    return maintenance;
  }

  /** As above, for statements that may take long. */
  ConnectionFactory indexing() {
    return indexing;
  }

  /**
   * As above, but they wait for locks as long as it takes: a statement that works CONCURRENTLY
   * waits for every older transaction, and all that it has done is lost if it gives up.
   */
  ConnectionFactory indexingMonths() {
    return indexingMonths;
  }

  /** For subscriptions that catch up. */
  ConnectionPool history() {
    return history;
  }

  /** For what is new, read for all subscriptions. */
  ConnectionPool head() {
    return head;
  }

  /** A connection of its own, which the caller closes. */
  Mono<PostgresqlConnection> create() {
    return unpooled.create();
  }

  Mono<Void> close() {
    return work.disposeLater()
        .then(brief.disposeLater())
        .then(control.disposeLater())
        .then(head.disposeLater())
        .then(history.disposeLater())
        .then(loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)));
  }
}
