package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationTurn;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** What becomes of events that are loaded chunk by chunk, until all of them are there. */
public interface MigratedEventsContract extends StorageContract {

  private MigrationLedger ledger() {
    return storage().migrations();
  }

  private MigrationRun taken(String source) {
    return Await.value(ledger().take(new MigrationTurn(source, "a", LONG)));
  }

  private static List<RecordedEvent> events(int from, int before) {
    return IntStream.range(from, before).mapToObj(TransferSamples::event).toList();
  }

  private long load(MigrationRun run, long number, List<RecordedEvent> events) {
    MigrationChunk chunk =
        new MigrationChunk("events", number, events.size(), "a", "b", "0".repeat(64));
    return Await.value(ledger().load(run, RecordedEvent.KIND, events, chunk));
  }

  private void complete(MigrationRun run, long chunks) {
    Await.value(ledger().complete(run, "events", chunks));
  }

  private List<RecordedEvent> all() {
    return Await.all(storage().transfer(RecordedEvent.KIND).export());
  }

  @Test
  default void events_are_as_they_were_once_they_are_complete() {
    MigrationRun run = taken("file:/from");
    assertThat(load(run, 0, events(0, 25))).isEqualTo(25);
    assertThat(load(run, 1, events(25, 60))).isEqualTo(35);
    complete(run, 2);

    assertThat(all()).isEqualTo(events(0, 60));
    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(60);
    RecordedEvent last = events(0, 60).get(59);
    assertThat(Await.all(storage().events().read(EventQuery.job(last.job())))).hasSize(6);
    assertThat(Await.all(storage().events().read(EventQuery.backward(EventFilter.all()).limit(1))))
        .containsExactly(last);
    AppendResult.Appended next =
        Await.value(
                storage()
                    .events()
                    .append(
                        last.job(), ExpectedVersion.exactly(last.version()), List.of(last.event())))
            .events()
            .get(0);
    assertThat(next.version()).isEqualTo(last.version() + 1);
    assertThat(next.position().covers(last.position())).as("it is behind all others").isTrue();
    reopen();
    assertThat(all()).hasSize(61).startsWith(events(0, 60).toArray(RecordedEvent[]::new));
  }

  @Test
  default void events_are_there_once_however_often_they_are_loaded() {
    MigrationRun run = taken("file:/from");
    assertThat(load(run, 0, events(0, 20))).isEqualTo(20);
    assertThat(load(run, 1, events(20, 40))).isEqualTo(20);
    reopen();
    MigrationRun again = taken("file:/from");
    assertThat(load(again, 0, events(0, 30))).as("in other chunks").isZero();
    assertThat(load(again, 1, events(30, 50))).isEqualTo(10);
    complete(again, 2);
    complete(again, 2);
    assertThat(load(again, 1, events(30, 60))).as("and into a log that has some").isEqualTo(10);
    complete(again, 2);

    assertThat(all()).isEqualTo(events(0, 60));
  }

  @Test
  default void who_follows_the_log_gets_each_event_once_and_in_order() {
    List<RecordedEvent> seen = new CopyOnWriteArrayList<>();
    Disposable following =
        storage().events().subscribe(EventFilter.all(), StartFrom.beginning()).subscribe(seen::add);
    try {
      MigrationRun run = taken("file:/from");
      for (int chunk = 0; chunk < 6; chunk++) {
        load(run, chunk, events(10 * chunk, 10 * chunk + 10));
      }
      complete(run, 6);
      RecordedEvent last = events(0, 60).get(59);
      Await.value(
          storage().events().append(last.job(), ExpectedVersion.any(), List.of(last.event())));
      Await.that(() -> seen.size() > 60);
    } finally {
      following.dispose();
    }
    assertThat(seen).hasSize(61).startsWith(events(0, 60).toArray(RecordedEvent[]::new));
  }

  @Test
  default void whoever_lost_the_migration_completes_nothing() {
    MigrationRun run = taken("file:/from");
    load(run, 0, events(0, 20));
    MigrationRun next = taken("file:/from");

    Await.failure(ConflictException.class, ledger().complete(run, "events", 1));
    assertThat(load(next, 1, events(20, 40))).as("and the next one goes on").isEqualTo(20);
    complete(next, 2);
    assertThat(all()).isEqualTo(events(0, 40));
  }

  @Test
  default void completing_a_kind_of_which_there_is_nothing_changes_nothing() {
    MigrationRun run = taken("file:/from");
    complete(run, 0);
    assertThat(all()).isEmpty();
    assertThat(load(run, 0, events(0, 1))).isEqualTo(1);
    complete(run, 1);
    assertThat(all()).hasSize(1);
  }
}
