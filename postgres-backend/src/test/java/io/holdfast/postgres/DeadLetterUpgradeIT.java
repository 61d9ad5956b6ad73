package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What versions from before dead letters had states of their own have written, and still write. */
class DeadLetterUpgradeIT {

  private static final Duration LONG = Duration.ofHours(1);

  private static final String FAILURE =
      """
      '[{"attempt":1,"at":"2026-11-20T10:00:00.000000Z","errorType":"Io","message":"m","details":{}}]'
      """;

  private static final String ADD =
      """
      INSERT INTO dead_letters AS d (job_id, item_id, eligible, available_at, token, signature,
        failures, data, created_at, updated_at)
      VALUES ('old', '%s', true, statement_timestamp(), 0, 'Io::m', %s, '{"n":1}',
        statement_timestamp(), statement_timestamp())
      ON CONFLICT (job_id, item_id) DO UPDATE
      SET failures = d.failures || excluded.failures, updated_at = excluded.updated_at
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static DeadLetterQueue letters() {
    return SERVER.storage().deadLetters();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static DeadLetterKey key(String item) {
    return new DeadLetterKey(new JobId("old"), new ItemId(item));
  }

  private static void addAsBefore(String item) throws SQLException {
    execute(ADD.formatted(item, FAILURE.strip()));
  }

  /**
   * The schema as the version before has left it, with three letters, one claimed, one given up.
   */
  private static void fillAsBefore() throws SQLException {
    String schema = PostgresUrl.parse(SERVER.currentUrl()).schema().value();
    String script = PostgresStorage.schemaScript(schema);
    execute(script.substring(0, script.indexOf("-- V021__")));
    for (String item : List.of("claimed", "free", "given-up")) {
      addAsBefore(item);
    }
    execute(
        "UPDATE dead_letters SET token = nextval('dead_letter_token'), owner = 'worker',"
            + " available_at = now() + interval '1 hour' WHERE item_id = 'claimed'");
    execute("UPDATE dead_letters SET eligible = false WHERE item_id = 'given-up'");
  }

  @Test
  void what_is_there_is_as_it_was() throws SQLException {
    fillAsBefore();

    List<DeadLetter> letters = Await.all(letters().list(DeadLetterFilter.all()));

    assertThat(letters)
        .extracting(DeadLetter::key)
        .containsExactly(key("claimed"), key("free"), key("given-up"));
    DeadLetter claimed = letters.get(0);
    assertThat(claimed.state().owner()).isEqualTo("worker");
    assertThat(claimed.state().token()).isPositive();
    assertThat(claimed.state().availableAt()).isAfter(Instant.now().plus(Duration.ofMinutes(50)));
    assertThat(letters.get(1).state().eligible()).isTrue();
    assertThat(letters.get(2).state().eligible()).isFalse();
    assertThat(claimed.failures()).hasSize(1);
    ClaimedLetter free = Await.all(letters().claim(ClaimRequest.of("new", LONG, 10))).get(0);
    assertThat(free.claim().key()).isEqualTo(key("free"));
    assertThat(free.claim().token()).isGreaterThan(claimed.state().token());
    Claim inFlight =
        new Claim(key("claimed"), claimed.state().token(), "worker", claimed.state().availableAt());
    assertThat(Await.all(letters().settle(List.of(Settlement.done(inFlight)))))
        .as("what was being worked on can be finished")
        .containsExactly(new Settled(inFlight, true));
    execute("DELETE FROM dead_letters WHERE item_id = 'free' AND token = 0");
    assertThat(Await.maybe(letters().find(key("free")))).isEmpty();
  }

  @Test
  void adds_and_deletes_go_on_and_claims_fail() throws SQLException {
    SERVER.storage();
    addAsBefore("a");
    addAsBefore("b");
    addAsBefore("b");

    List<ClaimedLetter> claimed = Await.all(letters().claim(ClaimRequest.of("new", LONG, 10)));
    assertThat(claimed)
        .extracting(one -> one.claim().key())
        .containsExactlyInAnyOrder(key("a"), key("b"));
    assertThat(Await.value(letters().get(key("b"))).failures()).hasSize(2);
    assertThatThrownBy(() -> execute("SELECT nextval('dead_letter_token')"))
        .isInstanceOf(SQLException.class);
    execute("DELETE FROM dead_letters WHERE item_id = 'a'");
    assertThat(Await.maybe(letters().find(key("a")))).isEmpty();
    assertThat(
            Await.all(
                letters()
                    .settle(claimed.stream().map(one -> Settlement.done(one.claim())).toList())))
        .extracting(settled -> settled.accepted())
        .containsExactlyInAnyOrder(true, false);
    addAsBefore("a");
    assertThat(Await.value(letters().purge(DeadLetterFilter.all()))).isEqualTo(1);
    assertThat(Await.all(letters().list(DeadLetterFilter.all()))).isEmpty();
  }

  @Test
  void a_letter_of_ours_can_be_added_to_and_deleted_as_before() throws SQLException {
    Failure failure = new Failure(1, Instant.parse("2026-11-20T10:00:00Z"), "Io", "m", Json.EMPTY);
    Await.value(letters().add(key("ours"), Json.EMPTY, failure));

    addAsBefore("ours");
    assertThat(Await.value(letters().get(key("ours"))).failures()).hasSize(2);
    execute("DELETE FROM dead_letters WHERE item_id = 'ours'");
    assertThat(Await.maybe(letters().find(key("ours")))).isEmpty();
    assertThat(Await.all(letters().claim(ClaimRequest.of("new", LONG, 10)))).isEmpty();
    DeadLetter again = Await.value(letters().add(key("ours"), Json.EMPTY, failure));
    assertThat(again.failures()).hasSize(1);
  }
}
