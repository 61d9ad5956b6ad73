package io.holdfast.postgres;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real PostgreSQL for tests: the one at {@code HOLDFAST_TEST_URL} if that is set, else a
 * container if a Docker engine answers, else embedded binaries; started once and shared by all
 * tests of the process. Each test works in a schema of its own. Without a server, tests fail.
 */
public final class PostgresServer implements AfterEachCallback {

  static {
    Leaks.watch();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<UnifiedStorage> opened = new ArrayList<>();
  private @Nullable String url;
  private @Nullable UnifiedStorage storage;
  private @Nullable String neighbourUrl;
  private @Nullable UnifiedStorage neighbour;

  /** For {@code @RegisterExtension}. */
  public PostgresServer() {}

  /** The URL of a store that does not exist yet. */
  public String freshUrl() {
    return withSchema("test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 24));
  }

  private static String withSchema(String schema) {
    String server = TestDatabase.url();
    return server
        + (server.contains("?") ? "&" : "?")
        + "schema="
        + schema
        + "&archive=memory:"
        + schema;
  }

  /** The storage of this test: opened at the first call, closed after the test. */
  @CanIgnoreReturnValue
  public synchronized UnifiedStorage storage() {
    if (storage == null) {
      storage = open(currentUrl());
    }
    return storage;
  }

  /** The URL of this test's store. */
  public synchronized String currentUrl() {
    if (url == null) {
      url = freshUrl();
    }
    return url;
  }

  /** Closes this test's storage and opens it again. */
  public synchronized UnifiedStorage reopen() {
    if (storage != null) {
      storage.close().block(PATIENCE);
    }
    storage = open(currentUrl());
    return storage;
  }

  /** Another process's view of {@code url}, closed after the test. */
  public synchronized UnifiedStorage open(String url) {
    UnifiedStorage another = Holdfast.open(url).block(PATIENCE);
    opened.add(another);
    return another;
  }

  /** A storage in another schema of the same database: opened at the first call, as the other. */
  @CanIgnoreReturnValue
  public synchronized UnifiedStorage neighbour() {
    if (neighbour == null) {
      neighbourUrl = freshUrl();
      neighbour = open(neighbourUrl);
    }
    return neighbour;
  }

  /** Closes {@code storage} after the test. */
  synchronized UnifiedStorage closing(UnifiedStorage storage) {
    opened.add(storage);
    return storage;
  }

  /** Another process's view of {@code url}, which tells {@code registry} how it is. */
  synchronized UnifiedStorage open(String url, MeterRegistry registry) {
    UnifiedStorage another =
        PostgresStorage.create(PostgresUrl.builder(url).meterRegistry(registry).build())
            .block(PATIENCE);
    opened.add(another);
    return another;
  }

  /** Closes all that this test has opened. */
  public synchronized void closeAll() {
    List<UnifiedStorage> closing = List.copyOf(opened);
    opened.clear();
    storage = null;
    neighbour = null;
    closing.forEach(one -> one.close().block(PATIENCE));
  }

  /** A plain JDBC connection to this test's schema, as a foreign program would have. */
  public Connection jdbc() throws SQLException {
    PostgresConfiguration configuration = PostgresUrl.parse(currentUrl());
    Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://"
                + String.join(",", configuration.hosts())
                + "/"
                + configuration.database(),
            configuration.username(),
            configuration.password());
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = " + configuration.schema().value());
    }
    return connection;
  }

  /** Whether this test's schema has been made. */
  public boolean schemaIsThere() throws SQLException {
    String schema = PostgresUrl.parse(currentUrl()).schema().value();
    try (Connection connection = jdbc();
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery("SELECT FROM pg_namespace WHERE nspname = '" + schema + "'")) {
      return found.next();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws SQLException {
    closeAll();
    for (String used : Arrays.asList(neighbourUrl, url)) {
      if (used != null) {
        drop(used);
      }
    }
    neighbourUrl = null;
    url = null;
    Leaks.requireNone();
  }

  /** Drops the schema of {@code used}, which is on this server. */
  public void drop(String used) throws SQLException {
    try (Connection connection = jdbc();
        Statement statement = connection.createStatement()) {
      String schema = PostgresUrl.parse(used).schema().value();
      statement.execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }
  }
}
