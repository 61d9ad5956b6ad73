package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.event.EventMonth;
import io.holdfast.event.RecordedEvent;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * Gathers the events of a migration into a log that has never had any in tables of their own, which
 * get their indexes and become the months of the log when all are there: to keep the indexes up to
 * date for each row took three quarters of the time. What is gathered is what the ledger has notes
 * of, and whoever has the ledger is alone here.
 */
final class EventLoading {

  private static final String LOOK =
      """
      SELECT EXISTS (SELECT FROM {schema}.job_heads),
        EXISTS (SELECT FROM {schema}.migration_chunks WHERE kind = $1),
        coalesce((SELECT max(position) FROM {schema}.events_loading), 0),
        coalesce(array_agg(c.relname::text) FILTER (WHERE c.relname IS NOT NULL), '{}'),
        coalesce(
          array_agg(c.relname::text) FILTER (WHERE c.relname IS NOT NULL AND x.indrelid IS NULL),
          '{}')
      FROM (SELECT) one
      LEFT JOIN pg_inherits i ON i.inhparent = '{schema}.events_loading'::regclass
      LEFT JOIN pg_class c ON c.oid = i.inhrelid
      LEFT JOIN pg_index x ON x.indrelid = c.oid AND x.indisunique
      """;

  /** The months of the last events that are gathered. */
  private static final String NEWEST =
      """
      SELECT DISTINCT c.relname::text
      FROM (SELECT tableoid FROM {schema}.events_loading ORDER BY position DESC LIMIT $1) e
      JOIN pg_class c ON c.oid = e.tableoid
      """;

  /** Is all that is gathered what the first chunks have brought? */
  private static final String IS_WHOLE =
      """
      SELECT (SELECT count(*) FROM {schema}.events_loading) = coalesce(sum(records), 0)
      FROM {schema}.migration_chunks
      WHERE kind = $1 AND number < $2
      """;

  /** So many events after its last one, a month is taken to be over: two or three chunks. */
  private static final int NEWEST_EVENTS = 20_000;

  /** So few at a time that the locks of a transaction suffice. */
  private static final int MONTHS_AT_ONCE = 60;

  private static final String ARE_THERE =
      """
      SELECT count(*)
      FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS g (position, job_id, version)
      JOIN {schema}.events_loading e USING (position, job_id, version)
      """;

  private static final String CREATE =
      """
      CREATE TABLE {schema}.%1$s (
        LIKE {schema}.events INCLUDING ALL EXCLUDING INDEXES,
        CONSTRAINT loaded_month CHECK (created_at >= '%2$s' AND created_at < '%3$s')
      ) WITH (autovacuum_enabled = off);
      ALTER TABLE {schema}.events_loading ATTACH PARTITION {schema}.%1$s
        FOR VALUES FROM ('%2$s') TO ('%3$s');
      """;

  private static final String DROP = "DROP TABLE {schema}.%s;";

  private static final String INDEX = "SELECT {schema}.index_loaded_month($1::regclass)";

  private static final String SHOW = "SELECT {schema}.show_loaded_events() WHERE $1";

  private static final String AS_LONG_AS_IT_TAKES = "SET LOCAL statement_timeout = 0";

  private static final String BRIEFLY = "SET LOCAL lock_timeout = '2s'";

  /** Somebody reads the log, in which there is nothing to be found. */
  private static final RetryBackoffSpec WHEN_IT_IS_FREE =
      Retry.backoff(10, Duration.ofMillis(50))
          .maxBackoff(Duration.ofSeconds(2))
          .filter(error -> SqlErrors.isLockTimeout(error) || SqlErrors.isRolledBack(error))
          .onRetryExhaustedThrow((spec, signal) -> signal.failure());

  private final SqlRunner database;
  private final SqlRunner indexing;
  private final EventTools tools;

  /** {@code indexing} has connections of its own, whose statements may take long. */
  EventLoading(SqlRunner database, SqlRunner indexing, EventTools tools) {
    this.database = database;
    this.indexing = indexing;
    this.tools = tools;
  }

  /**
   * What is there.
   *
   * @param hasLog true if the log has, or once had, an event
   * @param isNoted true if the ledger has notes of chunks of events
   * @param last the position of the last event that is gathered; 0 if there is none
   * @param tables the months that are gathered
   * @param bare those of them that have no indexes yet
   */
  record Look(boolean hasLog, boolean isNoted, long last, List<String> tables, List<String> bare) {

    static final Look NOTHING = new Look(false, false, 0, List.of(), List.of());

    static Look read(Columns row) {
      return new Look(
          row.flag(0), row.flag(1), row.number(2), List.of(row.texts(3)), List.of(row.texts(4)));
    }

    /** True if there is something that does not belong to the migration that is under way. */
    boolean isStale() {
      return !tables.isEmpty() && (hasLog || !isNoted);
    }
  }

  /** Never empty. */
  Mono<Look> look() {
    return database.first(Sql.of(sql(LOOK), RecordedEvent.KIND.name()), Look::read);
  }

  private String sql(String text) {
    return tools.schema().in(text);
  }

  /**
   * Gathers {@code events} in {@code tx}, where {@code look} was had before; the caller makes sure
   * that nobody else was here since, before it commits. Emits how many were not there yet.
   */
  Mono<Long> gather(SqlRunner tx, Look look, List<RecordedEvent> events) {
    Look there = look.isStale() ? Look.NOTHING : look;
    List<RecordedEvent> fresh = new ArrayList<>(events.size());
    List<RecordedEvent> known = new ArrayList<>();
    for (RecordedEvent event : events) {
      (Positions.number(event.position()) > there.last() ? fresh : known).add(event);
    }
    return tx.execute(AS_LONG_AS_IT_TAKES)
        .then(Mono.defer(() -> requireThere(tx, known)))
        .then(Mono.defer(() -> look.isStale() ? drop(tx, look) : Mono.empty()))
        .then(Mono.defer(() -> makeMonths(tx, there, fresh)))
        .then(Mono.defer(() -> write(tx, fresh)));
  }

  private Mono<Void> requireThere(SqlRunner tx, List<RecordedEvent> events) {
    return events.isEmpty()
        ? Mono.empty()
        : tx.first(areThere(events), row -> row.number(0))
            .filter(there -> there != events.size())
            .flatMap(there -> Mono.error(() -> another(events)));
  }

  private Sql areThere(List<RecordedEvent> events) {
    return Sql.of(
        sql(ARE_THERE),
        events.stream().map(event -> Positions.number(event.position())).toArray(Long[]::new),
        events.stream().map(event -> event.job().value()).toArray(String[]::new),
        events.stream().map(RecordedEvent::version).toArray(Long[]::new));
  }

  private static ConflictException another(List<RecordedEvent> events) {
    return new ConflictException(
        "The log",
        "that is being copied",
        "to have the events from position %s to %s as before"
            .formatted(events.get(0).position(), events.get(events.size() - 1).position()),
        "with other ones there: empty the target and begin again");
  }

  private Mono<Void> makeMonths(SqlRunner tx, Look there, List<RecordedEvent> events) {
    String script = script(missing(there, events));
    return script.isEmpty() ? Mono.empty() : tx.execute(sql(script));
  }

  private static List<YearMonth> missing(Look there, List<RecordedEvent> events) {
    return events.stream()
        .map(event -> EventMonth.of(event.createdAt()))
        .distinct()
        .filter(month -> !there.tables().contains(name(month)))
        .toList();
  }

  private static String script(List<YearMonth> months) {
    return months.stream().map(EventLoading::script).collect(Collectors.joining());
  }

  private static String name(YearMonth month) {
    return MonthTable.name(month).replace("events_", "events_loading_");
  }

  private static String script(YearMonth month) {
    return CREATE.formatted(
        name(month), PartitionKeeper.bound(month), PartitionKeeper.bound(month.plusMonths(1)));
  }

  private Mono<Long> write(SqlRunner tx, List<RecordedEvent> events) {
    return events.isEmpty()
        ? Mono.just(0L)
        : tx.copyIn(
            EventCopy.statement(tools.schema(), "events_loading", true),
            EventCopy.data(events, true));
  }

  /** Drops, in {@code tx}, what was gathered. */
  Mono<Void> drop(SqlRunner tx, Look look) {
    String script = look.tables().stream().map(DROP::formatted).collect(Collectors.joining());
    return tx.execute(AS_LONG_AS_IT_TAKES).then(Mono.defer(() -> tx.execute(sql(script))));
  }

  /** True if what is gathered is what the first {@code chunks} chunks have brought. */
  Mono<Boolean> isOf(long chunks) {
    Sql isWhole = Sql.of(sql(IS_WHOLE), RecordedEvent.KIND.name(), chunks);
    return database.atomically(
        tx ->
            tx.execute(AS_LONG_AS_IT_TAKES)
                .then(Mono.defer(() -> tx.first(isWhole, row -> row.flag(0)))));
  }

  /** Makes the months of {@code events} beforehand where they are many. */
  Mono<Look> withMonths(Look look, List<RecordedEvent> events) {
    List<YearMonth> missing = missing(look, events);
    return missing.size() <= MONTHS_AT_ONCE || look.hasLog() || look.isStale()
        ? Mono.just(look)
        : Flux.fromIterable(missing)
            .buffer(MONTHS_AT_ONCE)
            .concatMap(months -> database.atomically(tx -> tx.execute(sql(script(months)))), 1)
            .then(Mono.defer(this::look));
  }

  /**
   * Makes the indexes of the months that are not being gathered any more: now they are in the
   * cache, and no checkpoint lies between. An event that comes late takes longer, no more.
   */
  Mono<Void> settle() {
    return look()
        .filter(look -> !look.hasLog() && !look.isStale() && look.bare().size() > 1)
        .zipWhen(
            look -> database.list(Sql.of(sql(NEWEST), NEWEST_EVENTS), row -> row.text(0)),
            (look, newest) ->
                look.bare().stream().filter(table -> !newest.contains(table)).toList())
        .flatMap(this::index)
        // Somebody else has the migration, and has dropped or shown them.
        .onErrorResume(SqlErrors::isMissingTable, gone -> Mono.empty());
  }

  /** Makes the indexes of the months that have none yet, a month a transaction. */
  Mono<Void> index(List<String> tables) {
    return Flux.fromIterable(tables).concatMap(this::index, 1).then();
  }

  private Mono<Void> index(String table) {
    Sql index = Sql.of(sql(INDEX), sql("{schema}." + table));
    return indexing
        .atomically(tx -> done(tx, index))
        .onErrorMap(SqlErrors::isUniqueViolation, EventLoading::taken);
  }

  private static Mono<Void> done(SqlRunner tx, Sql sql) {
    return tx.list(sql, row -> true).then();
  }

  /**
   * Makes what was gathered part of the log, in one transaction with {@code note}. Fails with
   * {@link ConflictException} if the log has been written to by somebody else.
   */
  <T> Mono<T> show(Function<SqlRunner, Mono<T>> note) {
    return database
        .atomically(
            tx ->
                tools
                    .partitions()
                    .alone(tx)
                    .then(Mono.defer(() -> tx.execute(AS_LONG_AS_IT_TAKES)))
                    .then(Mono.defer(() -> tx.execute(BRIEFLY)))
                    .then(Mono.defer(() -> done(tx, Sql.of(sql(SHOW), true))))
                    .then(Mono.defer(() -> note.apply(tx))))
        .retryWhen(WHEN_IT_IS_FREE)
        .onErrorMap(SqlErrors::isUniqueViolation, EventLoading::taken);
  }

  private static ConflictException taken(Throwable error) {
    return new ConflictException(
        "The log",
        "of this store",
        "to have each version of a job once, and no events of others",
        "otherwise: " + error.getMessage());
  }
}
