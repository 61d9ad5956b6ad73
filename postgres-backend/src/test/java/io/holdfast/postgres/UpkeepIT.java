package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a process that stays up does from time to time. */
class UpkeepIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void forgets_the_batches_that_are_too_old_and_no_others() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    for (int n = 0; n < 3; n++) {
      append(storage);
    }
    execute(
        "UPDATE event_batches SET created_at = now() - interval '8 days'"
            + " WHERE batch_id = (SELECT min(batch_id) FROM event_batches)");
    PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    Connections connections = new Connections(configuration);
    Database database = new Database(connections.control());
    PartitionKeeper partitions =
        new PartitionKeeper(database, configuration.schema(), Clock.systemUTC());
    Upkeep upkeep =
        new Upkeep(database, new EventTools(configuration.schema(), 1, partitions), configuration);

    assertThat(upkeep.forgetOldBatches().block(PATIENCE)).isEqualTo(1);
    assertThat(upkeep.forgetOldBatches().block(PATIENCE)).isZero();

    upkeep.close();
    database.close().then(connections.close()).block(PATIENCE);
  }

  private static void append(UnifiedStorage storage) {
    var unused =
        storage
            .events()
            .append(new JobId("job"), ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)))
            .block(PATIENCE);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
