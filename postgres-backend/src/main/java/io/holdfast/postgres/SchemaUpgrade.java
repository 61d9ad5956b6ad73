package io.holdfast.postgres;

import io.holdfast.CorruptDataException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * Brings the schema up to date: applies the numbered files that are missing, all in one transaction
 * and under a lock, so that processes that start together do not get in each other's way.
 */
final class SchemaUpgrade {

  private static final String MAKE_SCHEMA =
      """
      CREATE SCHEMA IF NOT EXISTS {schema};
      """;

  /** The server asks for the right to make one before it looks whether there is one. */
  private static final String HAS_SCHEMA = "SELECT to_regnamespace($1) IS NOT NULL";

  private static final String HISTORY =
      """
      CREATE TABLE IF NOT EXISTS {schema}.schema_history (
        version    integer     NOT NULL,
        name       text        NOT NULL,
        checksum   text        NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT schema_history_pkey PRIMARY KEY (version)
      );
      """;

  private static final String HAS_HISTORY = "SELECT to_regclass($1) IS NOT NULL";
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 8407))";

  /**
   * Whoever waits for a table keeps all behind it waiting that come later: it gives up soon, and
   * tries again. What it does once it has the table may take its time. A store that has moved is
   * upgraded, too: it is read.
   */
  private static final String PATIENCE =
      "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = 0;"
          + " SET LOCAL holdfast.upgrading = 'yes'";

  /** A table that was made just now refuses what the others refuse. */
  private static final String GUARD = "SELECT {schema}.guard_moved() IS NULL";

  private static final RetryBackoffSpec AGAIN =
      Retry.backoff(20, Duration.ofMillis(200))
          .maxBackoff(Duration.ofSeconds(2))
          .filter(SqlErrors::isLockTimeout)
          .onRetryExhaustedThrow((spec, signal) -> signal.failure());

  private static final String APPLIED =
      "SELECT version::bigint, checksum FROM {schema}.schema_history WHERE version >= $1";

  private static final String RECORD =
      "INSERT INTO {schema}.schema_history (version, name, checksum) VALUES ('%d', '%s', '%s');%n";

  private final SqlRunner database;
  private final SchemaName schema;
  private final List<SchemaFile> files = SchemaFile.all();

  SchemaUpgrade(SqlRunner database, SchemaName schema) {
    this.database = database;
    this.schema = schema;
  }

  /** What a DBA would run by hand to make the whole schema. */
  static String script(SchemaName schema) {
    return schema.in(
        MAKE_SCHEMA
            + "%n".formatted()
            + HISTORY
            + SchemaFile.all().stream()
                .map(file -> "%n-- %s%n%s%n%s".formatted(file.name(), file.text(), record(file)))
                .collect(Collectors.joining()));
  }

  /** Applies what is missing; a schema that is up to date is only read. */
  Mono<Void> apply() {
    return applied(database)
        .flatMap(
            applied ->
                missing(applied).isEmpty()
                    ? Mono.<Void>empty()
                    : database.atomically(this::applyUnderLock).retryWhen(AGAIN));
  }

  /** Changes nothing: fails unless all is there. */
  Mono<Void> require() {
    return applied(database).doOnNext(this::requireAll).then();
  }

  private void requireAll(Map<Long, String> applied) {
    if (applied.isEmpty()) {
      throw new UnavailableException(
          "There is no storage in schema %s: 'holdfast schema upgrade' makes one"
              .formatted(schema.value()));
    }
    List<SchemaFile> missing = missing(applied);
    if (!missing.isEmpty()) {
      throw new UnavailableException(
          "Schema %s is at version %d, and has to be at %d: 'holdfast schema upgrade' brings it there"
              .formatted(schema.value(), missing.get(0).version() - 1, newestOfOurs()));
    }
  }

  private Mono<Void> applyUnderLock(SqlRunner transaction) {
    return transaction
        .list(Sql.of(LOCK, "holdfast schema " + schema.value()), row -> true)
        .then(Mono.defer(() -> transaction.execute(PATIENCE)))
        .then(Mono.defer(() -> makeSchema(transaction)))
        .then(Mono.defer(() -> transaction.execute(schema.in(HISTORY))))
        .then(applied(transaction))
        .flatMapIterable(this::missing)
        .concatMap(file -> transaction.execute(schema.in(file.text() + record(file))))
        .then(Mono.defer(() -> transaction.execute(schema.in(GUARD))));
  }

  private Mono<Void> makeSchema(SqlRunner transaction) {
    return transaction
        .first(Sql.of(HAS_SCHEMA, schema.value()), row -> row.flag(0))
        .flatMap(there -> there ? Mono.<Void>empty() : transaction.execute(schema.in(MAKE_SCHEMA)));
  }

  private Mono<Map<Long, String>> applied(SqlRunner runner) {
    return runner
        .first(Sql.of(HAS_HISTORY, schema.in("{schema}.schema_history")), row -> row.flag(0))
        .flatMapMany(
            there ->
                there
                    ? runner
                        .list(
                            Sql.of(schema.in(APPLIED), 0),
                            row -> Map.entry(row.number(0), row.text(1)))
                        .flatMapIterable(rows -> rows)
                    : Flux.<Map.Entry<Long, String>>empty())
        .collect(HashMap::new, (map, row) -> map.put(row.getKey(), row.getValue()));
  }

  private List<SchemaFile> missing(Map<Long, String> applied) {
    long newest = applied.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    int ours = newestOfOurs();
    if (newest > ours + 1L) {
      throw new UnavailableException(
          "Schema %s is at version %d; this library works on %d and %d: upgrade it"
              .formatted(schema.value(), newest, ours, ours + 1));
    }
    return files.stream().filter(file -> isMissing(file, applied)).toList();
  }

  private int newestOfOurs() {
    return files.get(files.size() - 1).version();
  }

  private boolean isMissing(SchemaFile file, Map<Long, String> applied) {
    @Nullable String checksum = applied.get((long) file.version());
    if (checksum != null && !checksum.equals(file.checksum())) {
      throw new CorruptDataException(
          "Schema " + schema.value(), file.name() + " was applied with another content");
    }
    return checksum == null;
  }

  private static String record(SchemaFile file) {
    return RECORD.formatted(file.version(), file.name(), file.checksum());
  }
}
