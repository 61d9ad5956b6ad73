package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.EventFilter;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionDefinition;
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
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Loading records raises the sequence of their tokens while others draw from it. */
class TokenLoadIT {

  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
  private static final JobId JOB = new JobId("job");
  private static final SubscriptionName BILLING = new SubscriptionName("billing");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void a_claim_under_way_keeps_the_token_that_it_has_drawn() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    load(storage, letter("first", 0));
    requireNotSetBack(
        "UPDATE dead_letter_states SET token = nextval('dead_letter_claim_token')",
        "dead_letter_claim_token",
        storage.transfer(DeadLetter.KIND).load(List.of(letter("second", 41))));
  }

  @Test
  void a_member_that_joins_keeps_the_token_that_it_has_drawn() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(
        storage
            .subscriptions()
            .create(new SubscriptionDefinition(BILLING, EventFilter.all(), 1, new Position("1"))));
    requireNotSetBack(
        "UPDATE subscription_slices SET token = nextval('subscription_token')",
        "subscription_token",
        storage.transfer(Subscription.KIND).load(List.of(subscription(41))));
  }

  /** The load waits for a transaction that has drawn a token, and reads the sequence afterwards. */
  private static void requireNotSetBack(String draw, String sequence, Mono<Long> load)
      throws SQLException {
    try (Connection drawing = SERVER.jdbc();
        Statement statement = drawing.createStatement()) {
      drawing.setAutoCommit(false);
      assertThat(statement.executeUpdate(draw)).isPositive();
      Mono<Boolean> draws =
          untilALoadWaits().then(Mono.fromCallable(() -> commitAtFifty(drawing, sequence)));

      assertThat(Await.value(Mono.zip(load, draws)).getT1()).isEqualTo(1);

      try (ResultSet next = statement.executeQuery("SELECT nextval('" + sequence + "')")) {
        assertThat(next.next()).isTrue();
        assertThat(next.getLong(1)).isGreaterThan(50);
      }
    }
  }

  /** As if fifty tokens had been drawn meanwhile. */
  private static boolean commitAtFifty(Connection drawing, String sequence) throws SQLException {
    try (Statement statement = drawing.createStatement()) {
      statement.execute("SELECT setval('" + sequence + "', 50)");
    }
    drawing.commit();
    return true;
  }

  private static Mono<Boolean> untilALoadWaits() {
    return Mono.fromCallable(TokenLoadIT::isALoadWaiting)
        .subscribeOn(Schedulers.boundedElastic())
        .filter(waits -> waits)
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(50)));
  }

  private static boolean isALoadWaiting() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet waiting =
            statement.executeQuery(
                "SELECT count(*) FROM pg_locks WHERE NOT granted"
                    + " AND mode = 'ShareRowExclusiveLock'")) {
      return waiting.next() && waiting.getLong(1) > 0;
    }
  }

  private static void load(UnifiedStorage storage, DeadLetter letter) {
    assertThat(Await.value(storage.transfer(DeadLetter.KIND).load(List.of(letter)))).isEqualTo(1);
  }

  private static DeadLetter letter(String item, long token) {
    return new DeadLetter(
        new DeadLetterKey(JOB, new ItemId(item)),
        Json.EMPTY,
        List.of(new Failure(1, LONG_AGO, "Timeout", "no answer", Json.EMPTY)),
        new DeadLetterState(true, LONG_AGO, token, null),
        LONG_AGO,
        LONG_AGO);
  }

  private static Subscription subscription(long token) {
    return new Subscription(
        new SubscriptionName("other"),
        1,
        EventFilter.all(),
        false,
        List.of(new Slice(0, token, new Position("1"))),
        List.of(),
        LONG_AGO);
  }
}
