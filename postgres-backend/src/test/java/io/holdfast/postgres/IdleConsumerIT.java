package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.SubscriptionName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** What a durable subscription writes while nothing happens. */
class IdleConsumerIT {

  private static final SubscriptionName NAME = new SubscriptionName("billing");

  /** Tells one version of a row from the next, whatever is in it. */
  private static final String ROW_VERSIONS =
      "SELECT string_agg(xmin::text || ' ' || ctid::text, ',' ORDER BY slice)"
          + " FROM subscription_slices";

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void an_idle_member_renews_its_lease_and_writes_nothing_else() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    ConsumeOptions options =
        ConsumeOptions.defaults().withLeaseDuration(Duration.ofMillis(900)).withSlices(16);
    Disposable member =
        storage
            .subscription("billing")
            .consume(EventFilter.all(), options, EventHandler.plain(event -> Mono.empty()))
            .subscribe();
    try {
      Await.done(storage.subscription("billing").awaitProcessed(append(storage)));
      String before = rowVersions();

      Instant first = leaseUntil(storage, Instant.EPOCH);
      Instant second = leaseUntil(storage, first);
      assertThat(leaseUntil(storage, second)).isAfter(second);

      assertThat(rowVersions()).as("no slice was written").isEqualTo(before);
    } finally {
      member.dispose();
    }
  }

  private static Position append(UnifiedStorage storage) {
    return Await.value(
            storage
                .events()
                .append(new JobId("j"), ExpectedVersion.none(), List.of(Event.of("t", Json.EMPTY))))
        .last()
        .position();
  }

  /** The end of the lease, once it is later than {@code than}. */
  private static Instant leaseUntil(UnifiedStorage storage, Instant than) {
    return Await.until(
        Mono.defer(() -> storage.subscriptions().get(NAME))
            .map(subscription -> subscription.members().get(0).leaseUntil())
            .filter(end -> end.isAfter(than)));
  }

  private static String rowVersions() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ROW_VERSIONS)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
