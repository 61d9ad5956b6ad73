package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventJournal;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Closing a storage while somebody holds what others wait for. */
class CloseIT {

  private static final JobId JOB = new JobId("job");

  private static final String OURS =
      """
      SELECT count(*)
      FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND query LIKE '%' || current_schema() || '%' AND
      """;

  private static final String HOLDERS = OURS + "state = 'idle in transaction'";
  private static final String WAITERS = OURS + "wait_event_type = 'Lock'";

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void ends_a_transaction_first_so_that_an_append_behind_it_is_written() {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage.events()));
    CompletableFuture<Object> holding =
        storage.inTransaction(tx -> append(tx.events()).then(Mono.<Object>never())).toFuture();
    awaitSome(HOLDERS);
    CompletableFuture<AppendResult> waiting = append(storage.events()).toFuture();
    awaitSome(WAITERS);

    Await.done(storage.close());

    assertThat(Await.value(Mono.fromFuture(waiting)).last().version()).isEqualTo(2);
    Await.failure(UnavailableException.class, Mono.fromFuture(holding));
    assertThat(Await.all(SERVER.reopen().events().read(EventQuery.job(JOB)))).hasSize(2);
  }

  private static Mono<AppendResult> append(EventJournal events) {
    return events.append(JOB, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)));
  }

  private static void awaitSome(String sql) {
    Await.done(
        Mono.fromCallable(() -> count(sql))
            .subscribeOn(Schedulers.boundedElastic())
            .filter(found -> found > 0)
            .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(20))));
  }

  private static long count(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
