package io.holdfast.postgres;

import static io.holdfast.postgres.ArchiveIT.archive;
import static io.holdfast.postgres.ArchiveIT.fill;
import static io.holdfast.postgres.ArchiveIT.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SqlExport;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.contract.Await;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.SearchIndex;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A store written as a script, and what is restored from it. */
class SqlExportIT {

  private static final JobId JOB = new JobId("job");
  private static final WorkflowId WORKFLOW = new WorkflowId("workflow");
  private static final LockRequest LOCK =
      LockRequest.of(new LockName("lock"), Duration.ofSeconds(20));

  /** What a careless writer of COPY would spoil. */
  private static final String ODD =
      "E'tab\\t feed\\n return\\r back\\\\ \\\\N \\\\. v\\x0b f\\x0c b\\b \\u00e9 \\U0001F600'";

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static Mono<String> script(UnifiedStorage storage) {
    return ((SqlExport) storage)
        .exportSql(
            script ->
                script
                    .parts()
                    .map(part -> StandardCharsets.UTF_8.decode(part.utf8()).toString())
                    .reduce(new StringBuilder(), StringBuilder::append)
                    .map(StringBuilder::toString));
  }

  private static Mono<AppendResult> append(UnifiedStorage storage, JobId job) {
    return storage
        .events()
        .append(job, ExpectedVersion.any(), List.of(Event.of("t", Json.of("{\"n\":[1,\"\\n\"]}"))));
  }

  @Test
  void every_table_of_the_schema_is_written_or_left_out_on_purpose() throws SQLException {
    SERVER.storage();
    List<String> tables =
        column(
            SERVER.jdbc(),
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                + " AND relkind IN ('r', 'p') AND relname !~ '^events_[0-9]{4}_[0-9]{2}$'");

    assertThat(tables)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(DumpedTables.STATE.stream(), DumpedTables.LEFT_OUT.stream()).toList());
    assertThat(
            column(
                SERVER.jdbc(),
                "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
                    + " AND relkind NOT IN ('r', 'p', 'i', 'I', 'S', 'c')"))
        .as("views and their like, of which nothing is known here")
        .isEmpty();
  }

  @Test
  void keys_are_sorted_alike_on_every_server() throws SQLException {
    SERVER.storage();

    assertThat(
            column(
                SERVER.jdbc(),
                "SELECT c.relname || '.' || a.attname FROM pg_class c"
                    + " JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
                    + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)"
                    + " JOIN pg_collation l ON l.oid = a.attcollation AND l.collname <> 'C'"
                    + " WHERE c.relnamespace = current_schema()::regnamespace"))
        .isEmpty();
  }

  @Test
  void every_row_arrives_as_it_was() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage, JOB));
    Await.done(append(storage, new JobId("another \t\n".strip())));
    Random random = new Random(7);
    for (int version = 0; version < 3; version++) {
      byte[] noise = new byte[200_000];
      random.nextBytes(noise);
      Json state =
          Json.from(java.util.Map.of("noise", java.util.Base64.getEncoder().encodeToString(noise)));
      Await.done(storage.checkpoints().append(WORKFLOW, version, CheckpointContent.of(state)));
    }
    execute(
        "INSERT INTO workflows (workflow_id, version, name, author, description, tags, content,"
            + " created_at, updated_at) SELECT 'w' || n, n, "
            + ODD
            + ", '', NULL,"
            + " ARRAY['a,b', '{}', '\"', '\\', '', "
            + ODD
            + "],"
            + " jsonb_build_object("
            + ODD
            + ", 1e300, 'n', 0.10, 'null', NULL),"
            + " '1970-01-01 00:00:00.000001+00', now() FROM generate_series(1, 3000) n");
    execute(
        "INSERT INTO executions (workflow_id, execution_id, status, started_at, details)"
            + " SELECT 'w' || n % 7 + 1, "
            + ODD
            + " || n, 'RUNNING', now(), '{}'"
            + " FROM generate_series(1, 200) n");
    execute(
        "INSERT INTO sessions (session_id, version, state, type, repository, done, total, data,"
            + " created_at, updated_at) SELECT 's' || n, 1, 'CREATED', 't', "
            + ODD
            + ", 0, 0, '{}', now(), now() FROM generate_series(1, 20) n");
    // As one that was written before there were changes.
    execute("UPDATE sessions SET change = NULL WHERE session_id = 's3'");
    execute("INSERT INTO position_months SELECT block, month FROM position_months");
    String script = Await.value(script(storage));

    try (RestoredDatabase restored = RestoredDatabase.of(SERVER, script)) {
      assertThat(content(restored.jdbc())).isEqualTo(content(SERVER.jdbc())).hasSize(22);
      assertThat(sequences(restored.jdbc())).isEqualTo(sequences(SERVER.jdbc())).hasSize(5);
    }
  }

  @Test
  void two_scripts_of_the_same_data_are_identical() throws SQLException {
    fill(SERVER.storage(), 5_000);
    Await.done(append(SERVER.storage(), JOB));
    String first = Await.value(script(SERVER.storage()));

    String second = Await.value(script(SERVER.reopen()));
    String third;
    try (RestoredDatabase restored = RestoredDatabase.of(SERVER, first)) {
      UnifiedStorage opened = SERVER.open(restored.url());
      third = Await.value(script(opened));
      Await.done(opened.close());
    }

    assertThat(second).isEqualTo(first);
    assertThat(third).as("and so is one of what was restored").isEqualTo(first);
  }

  @Test
  void what_was_restored_goes_on_where_it_was() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    EventBatch batch =
        EventBatch.of(JOB, ExpectedVersion.none(), List.of(Event.of("t", Json.EMPTY)));
    Await.done(storage.events().append(batch));
    AppendResult last = Await.value(append(storage, JOB));
    Lease lease = Await.value(storage.locks().acquire(LOCK, Duration.ZERO));
    Await.done(storage.locks().release(lease));
    Await.done(storage.checkpoints().append(WORKFLOW, 0, CheckpointContent.of(Json.EMPTY)));
    Await.done(storage.checkpoints().append(WORKFLOW, 1, CheckpointContent.of(Json.EMPTY)));
    Await.done(storage.checkpoints().delete(WORKFLOW, 2));
    String script = Await.value(script(storage));

    try (RestoredDatabase restored = RestoredDatabase.of(SERVER, script)) {
      UnifiedStorage opened = SERVER.open(restored.url());
      assertThat(Await.value(opened.health()).problems()).isEmpty();
      assertThat(read(opened)).isEqualTo(read(storage));
      assertThat(Await.value(opened.events().append(batch)).repeated()).isTrue();
      AppendResult next = Await.value(append(opened, JOB));
      assertThat(next.last().version()).isEqualTo(3);
      assertThat(Positions.number(next.last().position()))
          .isGreaterThan(Positions.number(last.last().position()));
      assertThat(Await.value(opened.locks().acquire(LOCK, Duration.ZERO)).token())
          .isGreaterThan(lease.token());
      assertThat(
              Await.value(
                      opened.checkpoints().append(WORKFLOW, 2, CheckpointContent.of(Json.EMPTY)))
                  .version())
          .isEqualTo(3);
      Await.done(opened.close());
    }
  }

  @Test
  void is_of_one_moment() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 300);
    UnifiedStorage another = SERVER.open(SERVER.currentUrl());
    AtomicBoolean meanwhile = new AtomicBoolean();

    Long events =
        Await.value(
            ((SqlExport) storage)
                .exportSql(
                    script ->
                        script
                            .parts()
                            .concatMap(
                                part ->
                                    meanwhile.getAndSet(true)
                                        ? Mono.just(part)
                                        : append(another, JOB).thenReturn(part),
                                1)
                            .filter(part -> part.table().startsWith("events_"))
                            .map(SqlExport.Part::rows)
                            .reduce(0L, Long::sum)));

    assertThat(events).isEqualTo(300);
    assertThat(read(storage)).hasSize(301);
  }

  @Test
  void archived_months_stay_where_they_are() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    List<RecordedEvent> all = read(storage);
    Await.done(archive(storage, YearMonth.of(2022, 1)));
    String script = Await.value(script(storage));

    try (RestoredDatabase restored = RestoredDatabase.of(SERVER, script)) {
      UnifiedStorage opened = SERVER.open(restored.url());
      assertThat(read(opened)).isEqualTo(all);
      Await.done(opened.close());
    }
  }

  @Test
  void the_search_index_is_made_again() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    Await.done(((PostgresStorage) storage).indexFor(SearchIndex.TEXT));
    String script = Await.value(script(storage));

    try (RestoredDatabase restored = RestoredDatabase.of(SERVER, script)) {
      UnifiedStorage opened = SERVER.open(restored.url());
      assertThat(Await.all(((PostgresStorage) opened).indexFor(SearchIndex.TEXT)))
          .as("nothing is left to be done")
          .isEmpty();
      Await.done(opened.close());
    }
  }

  @Test
  void a_page_is_small_whatever_is_in_it() {
    UnifiedStorage storage = SERVER.storage();
    Event large = Event.of("large", Json.of("{\"x\":\"" + "xyz".repeat(300_000) + "\"}"));
    Event noise = Event.of("noise", Json.of("{\"x\":\"" + noise(60_000) + "\"}"));
    for (int i = 0; i < 40; i++) {
      Await.done(storage.events().append(JOB, ExpectedVersion.any(), List.of(large, noise, noise)));
    }

    List<Integer> sizes =
        Await.value(
            ((SqlExport) storage)
                .exportSql(
                    script ->
                        script
                            .parts()
                            .map(SqlExport.Part::utf8)
                            .map(ByteBuffer::remaining)
                            .collectList()));

    assertThat(sizes).hasSizeGreaterThan(20);
    assertThat(sizes).allMatch(size -> size < 20_000_000);
  }

  private static String noise(int length) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    IntStream.range(0, length).forEach(i -> text.append((char) ('!' + random.nextInt(90))));
    return text.toString().replace("\\", "a").replace("\"", "b");
  }

  @Test
  void refuses_a_schema_that_it_cannot_make() throws SQLException {
    SERVER.storage();
    List<SchemaFile> files = SchemaFile.all();
    int next = files.get(files.size() - 1).version() + 1;
    execute("INSERT INTO schema_history (version, name, checksum) VALUES (" + next + ", 'n', 'c')");

    assertThat(Await.failure(UnavailableException.class, script(SERVER.reopen())))
        .hasMessageContainingAll("at version " + next, "exports " + (next - 1));
  }

  @Test
  void is_lazy_fails_as_its_writer_does_and_may_be_cancelled() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 3_000);
    AtomicBoolean called = new AtomicBoolean();
    SqlExport export = (SqlExport) storage;

    Mono<Long> unused = export.exportSql(script -> Mono.fromRunnable(() -> called.set(true)));
    assertThat(called).as("nobody has subscribed").isFalse();
    assertThat(unused).isNotNull();
    Await.failure(
        IllegalStateException.class,
        export.exportSql(
            script ->
                script
                    .parts()
                    .skip(1)
                    .concatMap(p -> Mono.error(new IllegalStateException()))
                    .then()));
    for (int i = 0; i < 30; i++) {
      StepVerifier.create(export.exportSql(script -> script.parts().then(Mono.never())))
          .thenAwait(Duration.ofMillis(i * 5L))
          .thenCancel()
          .verify();
    }
    Await.done(export.exportSql(script -> script.parts().take(2).then()));
    assertThat(Await.value(script(storage))).endsWith("COMMIT;\n");
  }

  /** Of each table that is written, and of each month that has rows: a sum over all rows. */
  private static List<String> content(Connection connection) throws SQLException {
    List<String> content = new ArrayList<>();
    String schema = PostgresUrl.parse(SERVER.currentUrl()).schema().value();
    try (connection) {
      for (String table : DumpedTables.STATE) {
        content.add(
            one(
                connection,
                "SELECT '%1$s ' || coalesce(md5(string_agg(DISTINCT %3$s, ',')), '') FROM %2$s.%1$s t"
                    .formatted(
                        table,
                        schema,
                        table.equals("store")
                            ? "concat(store_id, lock_tag, made_at)"
                            : "t::text")));
      }
      content.add(
          one(
              connection,
              "SELECT md5(string_agg(e::text || right(e.tableoid::regclass::text, 7), ',' ORDER BY e::text)) FROM %s.events e"
                  .formatted(schema)));
    }
    return content;
  }

  private static List<String> sequences(Connection connection) throws SQLException {
    return column(
        connection,
        "SELECT sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = '"
            + PostgresUrl.parse(SERVER.currentUrl()).schema().value()
            + "' ORDER BY 1");
  }

  private static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return String.valueOf(row.getString(1));
    }
  }

  private static List<String> column(Connection connection, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (connection;
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
