package io.holdfast.benchmarks;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.postgresql.codec.Json;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The ceiling: single statements of one row by its key, prepared, on connections of the driver that
 * Holdfast uses, one for each caller, with nothing in between.
 */
final class BareDriver implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String TABLE =
      """
      CREATE TABLE bare (
        id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, data jsonb NOT NULL,
        updated_at timestamptz NOT NULL)
      """;

  private static final String FILL =
      """
      INSERT INTO bare
      SELECT 'session-' || lpad(i::text, 8, '0'), 1,
        jsonb_build_object('n', i, 'text', repeat('x', %d)), now()
      FROM generate_series(0, %d - 1) i
      """;

  private static final String SELECT =
      "SELECT id, version, data, updated_at FROM bare WHERE id = $1";

  private static final String UPDATE =
      """
      UPDATE bare SET version = version + 1, data = $2, updated_at = now() WHERE id = $1
      RETURNING id, version, data, updated_at
      """;

  private final List<PostgresqlConnection> connections;

  BareDriver(Server server, int callers) {
    PostgresqlConnectionFactory factory =
        new PostgresqlConnectionFactory(
            PostgresqlConnectionConfiguration.builder()
                .host("localhost")
                .port(server.port())
                .username("postgres")
                .password("postgres")
                .database("postgres")
                .forceBinary(true)
                .build());
    this.connections =
        Flux.range(0, callers)
            .concatMap(i -> factory.create())
            .collectList()
            .blockOptional(PATIENCE)
            .orElseThrow();
  }

  /** As many rows as there are sessions, of the same size. */
  static void fill(Server server, int rows) throws SQLException {
    server.execute(TABLE);
    server.execute(FILL.formatted(SampleDocuments.TEXT, rows));
    server.execute("VACUUM (ANALYZE) bare");
  }

  Mono<?> select(int caller, String id) {
    return rows(connections.get(caller).createStatement(SELECT).bind("$1", id));
  }

  /** A transaction of its own, as durable as the server is. */
  Mono<?> update(int caller, String id, io.holdfast.Json data) {
    return rows(
        connections
            .get(caller)
            .createStatement(UPDATE)
            .bind("$1", id)
            .bind("$2", Json.of(data.utf8())));
  }

  private static Mono<?> rows(PostgresqlStatement statement) {
    return statement
        .execute()
        .concatMap(
            result ->
                result.map(
                    (row, metadata) ->
                        List.of(
                            String.valueOf(row.get(0, String.class)),
                            String.valueOf(row.get(1, Long.class)),
                            String.valueOf(row.get(2, String.class)),
                            String.valueOf(row.get(3, OffsetDateTime.class)))))
        .single();
  }

  @Override
  public void close() {
    Flux.fromIterable(connections).concatMap(PostgresqlConnection::close).then().block(PATIENCE);
  }
}
