package io.holdfast.postgres;

import io.holdfast.UnifiedStorage;
import java.time.Clock;
import reactor.core.publisher.Mono;

/** What has to be there before a storage can be used. */
record Opening(
    Connections connections,
    Database database,
    Database control,
    EventTools tools,
    Meters meters,
    Clock clock) {

  private static final String STORE =
      "SELECT lock_tag::bigint, store_id FROM {schema}.store WHERE $1";

  static Mono<UnifiedStorage> open(PostgresConfiguration configuration) {
    return open(configuration, Clock.systemUTC());
  }

  /** {@code clock} says which month it is. */
  static Mono<UnifiedStorage> open(PostgresConfiguration configuration, Clock clock) {
    return Mono.usingWhen(
        Mono.fromCallable(() -> new Connections(configuration)),
        connections -> open(configuration, connections, clock),
        opened -> Mono.empty(),
        (connections, error) -> connections.close(),
        Connections::close);
  }

  private static Mono<UnifiedStorage> open(
      PostgresConfiguration configuration, Connections connections, Clock clock) {
    Database database = new Database(connections.work());
    Database control = new Database(connections.control());
    SchemaName schema = configuration.schema();
    Meters meters = new Meters(configuration.meterRegistry(), schema);
    PartitionKeeper partitions = new PartitionKeeper(control, schema, clock);
    return prepare(configuration.upgrade(), database, partitions, schema)
        .then(
            database.first(
                Sql.of(schema.in(STORE), true),
                row ->
                    new EventTools(schema, (int) row.number(0), partitions)
                        .with(Archive.open(configuration.archive(), row.text(1)))))
        .map(tools -> new Opening(connections, database, control, tools, meters, clock))
        .map(opening -> new PostgresStorage(configuration, opening));
  }

  /** Who may change nothing finds out what would have to be changed. */
  private static Mono<Void> prepare(
      boolean changing, Database database, PartitionKeeper partitions, SchemaName schema) {
    SchemaUpgrade upgrade = new SchemaUpgrade(database, schema);
    PositionCheck positions = new PositionCheck(database, schema);
    return changing
        ? upgrade
            .apply()
            .then(PostgresRelocation.requireHere(database, schema))
            .then(partitions.ensureAhead())
            .then(positions.mend())
        : upgrade.require().then(partitions.monthsThere()).then(positions.require());
  }
}
