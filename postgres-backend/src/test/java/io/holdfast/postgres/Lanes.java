package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** One lane with limits of the test's own, on a store that is there. */
record Lanes(Connections connections, Database database, AppendLanes lanes)
    implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static Lanes open(PostgresConfiguration configuration, AppendLimits limits) {
    Connections connections = new Connections(configuration);
    Database database = new Database(connections.work());
    SchemaName schema = configuration.schema();
    EventTools tools =
        new EventTools(schema, 1, new PartitionKeeper(database, schema, Clock.systemUTC()));
    GroupAppend writer =
        new GroupAppend(
            database,
            new GroupTransaction(database, tools),
            tools,
            new PostgresEventJournal(database, tools),
            new NoListener());
    return new Lanes(connections, database, new AppendLanes(1, limits, writer));
  }

  private static final class NoListener implements GroupListener {
    @Override
    public void committed(Supplier<List<OwnRun>> runs) {}

    @Override
    public void committed() {}

    @Override
    public void interrupted() {}
  }

  Mono<AppendResult> append(JobId job) {
    return lanes.append(
        EventBatch.of(job, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY))));
  }

  @Override
  public void close() {
    lanes.close().then(database.close()).then(connections.close()).block(PATIENCE);
  }
}
