package io.holdfast.postgres;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.r2dbc.postgresql.client.SSLMode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How to reach PostgreSQL, and how much of it to use. */
public final class PostgresConfiguration {

  private final List<String> hosts;
  private final String database;
  private final String username;
  private final @Nullable String password;
  private final SchemaName schema;
  private final SSLMode sslMode;
  private final String applicationName;
  private final int connections;
  private final Duration statementTimeout;
  private final int preparedStatements;
  private final int eventBatchDays;
  private final MeterRegistry meterRegistry;
  private final @Nullable ArchivePlace archive;
  private final boolean upgrade;

  private PostgresConfiguration(Builder builder) {
    this.hosts = builder.hosts;
    this.database = builder.database == null ? builder.username : builder.database;
    this.username = builder.username;
    this.password = builder.password;
    this.schema = builder.schema;
    this.sslMode = builder.sslMode;
    this.applicationName = builder.applicationName;
    this.connections = builder.connections;
    this.statementTimeout = builder.statementTimeout;
    this.preparedStatements = builder.preparedStatements;
    this.eventBatchDays = builder.eventBatchDays;
    this.meterRegistry = builder.meterRegistry;
    this.archive = builder.archive;
    this.upgrade = builder.upgrade;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  List<String> hosts() {
    return hosts;
  }

  String database() {
    return database;
  }

  String username() {
    return username;
  }

  @Nullable String password() {
    return password;
  }

  SchemaName schema() {
    return schema;
  }

  SSLMode sslMode() {
    return sslMode;
  }

  String applicationName() {
    return applicationName;
  }

  int connections() {
    return connections;
  }

  Duration statementTimeout() {
    return statementTimeout;
  }

  int preparedStatements() {
    return preparedStatements;
  }

  int eventBatchDays() {
    return eventBatchDays;
  }

  MeterRegistry meterRegistry() {
    return meterRegistry;
  }

  @Nullable ArchivePlace archive() {
    return archive;
  }

  boolean upgrade() {
    return upgrade;
  }

  /** Everything but the password. */
  @Override
  public String toString() {
    return "postgresql://"
        + username
        + "@"
        + String.join(",", hosts)
        + "/"
        + database
        + "?schema="
        + schema.value()
        + "&sslmode="
        + sslMode.name().toLowerCase(java.util.Locale.ROOT)
        + "&connections="
        + connections;
  }

  /** Collects settings; each is checked when it is given. */
  public static final class Builder {

    private List<String> hosts = List.of("localhost:5432");
    private @Nullable String database;
    private String username = "postgres";
    private @Nullable String password;
    private SchemaName schema = new SchemaName("holdfast");
    private SSLMode sslMode = SSLMode.PREFER;
    private String applicationName = "holdfast";
    private int connections = 10;
    private Duration statementTimeout = Duration.ofSeconds(60);
    private int preparedStatements = 256;
    private int eventBatchDays = 7;
    private MeterRegistry meterRegistry = Metrics.globalRegistry;
    private @Nullable ArchivePlace archive;
    private boolean upgrade = true;

    private Builder() {}

    /**
     * The servers as {@code host:port}; with several, the primary is looked for. Default localhost.
     */
    @CanIgnoreReturnValue
    public Builder hosts(List<String> hosts) {
      Check.that(!hosts.isEmpty(), "hosts", "at least one");
      hosts.forEach(HostPort::check);
      this.hosts = List.copyOf(hosts);
      return this;
    }

    /** The database. Default: named like the user. */
    @CanIgnoreReturnValue
    public Builder database(String database) {
      Check.that(!database.isEmpty(), "database", "not empty");
      this.database = database;
      return this;
    }

    /** The user. Default {@code postgres}. */
    @CanIgnoreReturnValue
    public Builder username(String username) {
      Check.that(!username.isEmpty(), "username", "not empty");
      this.username = username;
      return this;
    }

    /** The password. Default none. Never printed. */
    @CanIgnoreReturnValue
    public Builder password(String password) {
      this.password = Objects.requireNonNull(password, "password");
      return this;
    }

    /** The schema that holds the store. Default {@code holdfast}; lower-case letters, digits, _. */
    @CanIgnoreReturnValue
    public Builder schema(String schema) {
      this.schema = new SchemaName(schema);
      return this;
    }

    /**
     * TLS, as libpq names it: disable, allow, prefer, require, verify-ca, verify-full. Default
     * prefer.
     */
    @CanIgnoreReturnValue
    public Builder sslMode(String sslMode) {
      this.sslMode = Check.sslMode(sslMode);
      return this;
    }

    /** What the server shows for our connections. Default {@code holdfast}. */
    @CanIgnoreReturnValue
    public Builder applicationName(String applicationName) {
      this.applicationName = Objects.requireNonNull(applicationName, "applicationName");
      return this;
    }

    /** How many connections work is done on. Default 10; 1 to 1,000. Six more serve the rest. */
    @CanIgnoreReturnValue
    public Builder connections(int connections) {
      Check.that(
          connections >= 1 && connections <= 1_000, "connections", "1 to 1000, was " + connections);
      this.connections = connections;
      return this;
    }

    /** When the server gives up on a statement. Default 60 s; 100 ms to 1 h. */
    @CanIgnoreReturnValue
    public Builder statementTimeout(Duration timeout) {
      Check.that(
          timeout.toMillis() >= 100 && timeout.compareTo(Duration.ofHours(1)) <= 0,
          "statement timeout",
          "100 ms to 1 h, was " + timeout);
      this.statementTimeout = timeout;
      return this;
    }

    /**
     * How many prepared statements a connection keeps. Default 256; 0 to 10,000. Use 0 behind
     * PgBouncer in transaction mode before its version 1.21.
     */
    @CanIgnoreReturnValue
    public Builder preparedStatements(int statements) {
      Check.that(
          statements >= 0 && statements <= 10_000,
          "prepared statements",
          "0 to 10000, was " + statements);
      this.preparedStatements = statements;
      return this;
    }

    /** For how many days a repeated event batch is recognised. Default 7; 1 to 365. */
    @CanIgnoreReturnValue
    public Builder eventBatchDays(int days) {
      Check.that(days >= 1 && days <= 365, "event batch days", "1 to 365, was " + days);
      this.eventBatchDays = days;
      return this;
    }

    /** Where the storage's metrics go. Default Micrometer's global registry. */
    @CanIgnoreReturnValue
    public Builder meterRegistry(MeterRegistry registry) {
      this.meterRegistry = Objects.requireNonNull(registry, "registry");
      return this;
    }

    /**
     * Where months of events are archived to, and read back from: {@code file:DIRECTORY}. Default
     * none. Every process that reads archived months needs it.
     */
    @CanIgnoreReturnValue
    public Builder archive(String url) {
      this.archive = ArchivePlace.of(url);
      return this;
    }

    /**
     * Whether opening makes the schema, brings it up to date, mends it after a restore, and makes
     * months of events ahead. Default true. Without, a schema for which that would have to be done
     * is an {@link io.holdfast.UnavailableException}, but for the months: an append still makes
     * those that it needs. For who only looks, and where somebody else runs what changes a schema.
     */
    @CanIgnoreReturnValue
    public Builder upgrade(boolean upgrade) {
      this.upgrade = upgrade;
      return this;
    }

    /** The settings as they are now. */
    public PostgresConfiguration build() {
      return new PostgresConfiguration(this);
    }
  }
}
