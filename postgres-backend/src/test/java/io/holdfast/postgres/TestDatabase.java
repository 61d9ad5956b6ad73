package io.holdfast.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Finds or starts the server that tests run against. */
final class TestDatabase {

  private static final String VERSION = System.getProperty("holdfast.postgres", "18");

  /** The server must take the connections of many storages at once. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "max_connections",
          "300",
          "fsync",
          "on",
          "shared_buffers",
          "256MB",
          "deadlock_timeout",
          "100ms");

  private TestDatabase() {}

  static String url() {
    return Holder.URL;
  }

  /** Started by the first test that asks. */
  private static final class Holder {
    static final String URL = findOrStart();
  }

  private static String findOrStart() {
    String given = System.getenv("HOLDFAST_TEST_URL");
    if (given != null && !given.isEmpty()) {
      return given;
    }
    return isDockerThere() ? container() : embedded();
  }

  private static boolean isDockerThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @SuppressWarnings("resource") // Lives as long as the process; the engine's reaper takes it away.
  private static String container() {
    PostgreSQLContainer container =
        new PostgreSQLContainer("postgres:" + VERSION)
            .withCommand("postgres", "-c", "max_connections=300");
    container.start();
    return String.format(
        Locale.ROOT,
        "postgresql://%s:%s@%s:%d/%s",
        container.getUsername(),
        container.getPassword(),
        container.getHost(),
        container.getMappedPort(5432),
        container.getDatabaseName());
  }

  private static String embedded() {
    try {
      EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
      SETTINGS.forEach(builder::setServerConfig);
      EmbeddedPostgres server = builder.start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "stop-postgres"));
      return "postgresql://postgres:postgres@localhost:" + server.getPort() + "/postgres";
    } catch (IOException e) {
      throw new UncheckedIOException("Embedded PostgreSQL does not start", e);
    }
  }

  private static void close(EmbeddedPostgres server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
