package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.RecordKind;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What {@link io.holdfast.UnifiedStorage#migrations} promises. */
public interface MigrationLedgerContract extends MigrationEndContract, MigratedEventsContract {

  MigrationTurn FIRST = new MigrationTurn("file:/from", "first", LONG);
  MigrationTurn SECOND = new MigrationTurn("file:/from", "second", LONG);
  String HASH = "0123456789abcdef".repeat(4);

  private MigrationLedger ledger() {
    return storage().migrations();
  }

  private static MigrationChunk chunk(String kind, long number, long records) {
    return new MigrationChunk(kind, number, records, "first", "last/ünï", HASH);
  }

  private static MigrationChunk sessions(long number, long records) {
    return chunk(Session.KIND.name(), number, records);
  }

  private long load(MigrationRun run, int session) {
    List<Session> records = List.of(TransferSamples.session(session, 1));
    return Await.value(ledger().load(run, Session.KIND, records, sessions(session, 1)));
  }

  private <R> long count(RecordKind<R> kind) {
    return Await.value(storage().transfer(kind).count());
  }

  @Test
  default void a_new_storage_remembers_no_migration() {
    assertThat(Await.maybe(ledger().find())).isEmpty();
    assertThat(Await.all(ledger().chunks())).isEmpty();
    assertThat(Await.maybe(ledger().pause())).isEmpty();
    assertThat(Await.value(ledger().take(FIRST)).holder()).as("and takes one").isEqualTo("first");
  }

  @Test
  default void whoever_takes_it_has_it_for_its_lease() {
    Instant before = Instant.now().minusSeconds(60);
    MigrationRun run = Await.value(ledger().take(FIRST));

    assertThat(run.source()).isEqualTo(FIRST.source());
    assertThat(run.state()).isEqualTo(MigrationState.COPYING);
    assertThat(run.holder()).isEqualTo("first");
    assertThat(run.lease()).isEqualTo(LONG);
    assertThat(run.sums()).isEmpty();
    assertThat(run.startedAt()).isAfter(before);
    assertThat(run.leasedUntil()).isEqualTo(run.updatedAt().plus(LONG));
    assertThat(run.isHeldAt(Instant.now())).isTrue();
    assertThat(Await.value(ledger().find())).isEqualTo(run);
    assertThat(Await.value(reopen().migrations().find())).isEqualTo(run);
  }

  @Test
  default void nobody_else_takes_it_meanwhile() {
    MigrationRun run = Await.value(ledger().take(FIRST));

    assertThat(Await.failure(ConflictException.class, ledger().take(SECOND)))
        .hasMessageContaining("first");
    assertThat(Await.value(ledger().find())).isEqualTo(run);
    assertThat(load(run, 1)).isEqualTo(1);
  }

  @Test
  default void its_holder_takes_it_again() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    MigrationRun again = Await.value(ledger().take(FIRST));

    assertThat(again.token()).isGreaterThan(run.token());
    Await.failure(ConflictException.class, ledger().keep(run));
    Await.done(ledger().keep(again));
    assertThat(load(again, 1)).isEqualTo(1);
  }

  @Test
  default void one_of_many_takes_it() {
    List<Race.Finish<MigrationRun>> ends =
        Race.run(8, i -> ledger().take(new MigrationTurn("file:/from", "process " + i, LONG)));

    assertThat(ends).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(ends)
        .filteredOn(Race.Finish::lost)
        .hasSize(7)
        .allSatisfy(end -> assertThat(end.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void it_can_be_taken_when_its_holder_is_gone_and_the_old_holder_writes_nothing() {
    MigrationRun old =
        Await.value(ledger().take(new MigrationTurn("file:/from", "old", Duration.ofMillis(1))));
    MigrationRun run = Await.until(ledger().take(SECOND));

    assertThat(run.token()).isGreaterThan(old.token());
    assertThat(run.startedAt()).isEqualTo(old.startedAt());
    List<Session> records = List.of(TransferSamples.session(1, 1));
    assertThat(
            Await.failure(
                ConflictException.class, ledger().load(old, Session.KIND, records, sessions(0, 1))))
        .hasMessageContaining("second");
    Await.failure(ConflictException.class, ledger().keep(old));
    Await.failure(ConflictException.class, ledger().complete(old, "sessions", 0));
    Await.failure(ConflictException.class, ledger().leave(old, MigrationState.VERIFIED, List.of()));
    assertThat(count(Session.KIND)).isZero();
    assertThat(Await.all(ledger().chunks())).isEmpty();
    assertThat(Await.value(ledger().find())).isEqualTo(run);
  }

  @Test
  default void every_chunk_renews_the_lease() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    load(run, 1);
    MigrationRun loaded = Await.value(ledger().find());
    Await.done(ledger().keep(run));
    MigrationRun kept = Await.value(ledger().find());

    assertThat(loaded.leasedUntil()).isAfter(run.leasedUntil());
    assertThat(kept.leasedUntil()).isAfter(loaded.leasedUntil());
    assertThat(kept.token()).isEqualTo(run.token());
  }

  @Test
  default void records_and_their_chunk_are_kept_together() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    TransferSamples.batches().forEach(batch -> loadAll(run, batch));

    reopen();
    Await.value(ledger().complete(run, RecordedEvent.KIND.name(), 8));
    assertThat(Await.all(ledger().chunks()))
        .extracting(MigrationChunk::kind)
        .containsExactlyInAnyOrderElementsOf(
            storage().kinds().stream().map(RecordKind::name).toList());
    assertThat(count(RecordedEvent.KIND)).isEqualTo(60);
    assertThat(load(run, 1_000)).as("and goes on").isEqualTo(1);
  }

  private <R> void loadAll(MigrationRun run, TransferSamples.Batch<R> batch) {
    String kind = batch.kind().name();
    long written =
        Await.value(
            ledger()
                .load(run, batch.kind(), batch.records(), chunk(kind, 7, batch.records().size())));
    assertThat(written).as(kind).isEqualTo(batch.records().size());
  }

  @Test
  default void what_is_there_already_is_noted_and_not_written() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    assertThat(load(run, 1)).isEqualTo(1);
    assertThat(load(run, 1)).isZero();
    assertThat(Await.all(ledger().chunks())).containsExactly(sessions(1, 1));
  }

  @Test
  default void a_chunk_that_cannot_be_written_is_not_noted() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    RecordedEvent event = TransferSamples.event(3);
    Event other = Event.of("other", Samples.json(1)).at(Samples.LONG_AGO);
    RecordedEvent below =
        new RecordedEvent(TransferSamples.event(1).position(), Samples.JOB, 9, other);
    Await.value(ledger().load(run, RecordedEvent.KIND, List.of(event), chunk("events", 0, 1)));

    Await.failure(
        ConflictException.class,
        ledger().load(run, RecordedEvent.KIND, List.of(below), chunk("events", 1, 1)));
    assertThat(Await.all(ledger().chunks())).containsExactly(chunk("events", 0, 1));
    Await.value(ledger().complete(run, RecordedEvent.KIND.name(), 1));
    assertThat(count(RecordedEvent.KIND)).isEqualTo(1);
    assertThat(load(run, 1)).as("and goes on").isEqualTo(1);
  }

  @Test
  default void chunks_come_by_kind_and_number() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    IntStream.of(11, 2, 0, 100, 9).forEach(number -> load(run, number));
    Await.value(
        ledger()
            .load(
                run, RecordedEvent.KIND, List.of(TransferSamples.event(1)), chunk("events", 3, 1)));

    assertThat(Await.all(ledger().chunks()))
        .extracting(MigrationChunk::kind)
        .startsWith("events")
        .filteredOn("sessions"::equals)
        .hasSize(5);
    assertThat(Await.all(ledger().chunks()).stream().skip(1))
        .extracting(MigrationChunk::number)
        .containsExactly(0L, 2L, 9L, 11L, 100L);
  }

  @Test
  default void many_chunks_are_read_in_order() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    for (int number = 0; number < 300; number++) {
      load(run, number);
    }
    assertThat(Await.all(ledger().chunks()))
        .extracting(MigrationChunk::number)
        .containsExactlyElementsOf(LongStream.range(0, 300).boxed().toList());
  }

  @Test
  default void a_chunk_of_the_same_number_is_replaced() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    load(run, 1);
    List<Session> both =
        List.of(TransferSamples.session(1, 1), TransferSamples.session(2, 1)).stream()
            .sorted(Session.KIND.order())
            .toList();
    MigrationChunk replaced = new MigrationChunk("sessions", 1, 2, "a", "b", "f".repeat(64));

    assertThat(Await.value(ledger().load(run, Session.KIND, both, replaced))).isEqualTo(1);
    assertThat(Await.all(ledger().chunks())).containsExactly(replaced);
  }

  @Test
  default void chunks_that_are_no_more_are_forgotten() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    IntStream.rangeClosed(0, 11).forEach(number -> load(run, number));

    assertThat(Await.value(ledger().complete(run, "events", 0))).isZero();
    assertThat(Await.value(ledger().complete(run, "sessions", 2))).isEqualTo(10);
    assertThat(Await.all(ledger().chunks()))
        .extracting(MigrationChunk::number)
        .containsExactly(0L, 1L);
    assertThat(count(Session.KIND)).as("the records stay").isEqualTo(12);
  }

  @Test
  default void a_paused_migration_stops_before_its_next_chunk_and_can_go_on() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    load(run, 1);
    assertThat(Await.value(ledger().pause()).state()).isEqualTo(MigrationState.PAUSED);
    assertThat(Await.value(ledger().find()).state()).isEqualTo(MigrationState.PAUSED);

    List<Session> records = List.of(TransferSamples.session(2, 1));
    assertThat(
            Await.failure(
                ConflictException.class, ledger().load(run, Session.KIND, records, sessions(2, 1))))
        .hasMessageContaining("PAUSED");
    Await.failure(ConflictException.class, ledger().keep(run));
    assertThat(count(Session.KIND)).isEqualTo(1);

    MigrationRun left = Await.value(ledger().leave(run, MigrationState.PAUSED, List.of()));
    assertThat(left.holder()).isEmpty();
    MigrationRun next = Await.value(ledger().take(SECOND));
    assertThat(next.state()).isEqualTo(MigrationState.COPYING);
    assertThat(load(next, 2)).isEqualTo(1);
    assertThat(Await.all(ledger().chunks())).hasSize(2);
  }

  @Test
  default void pausing_changes_nothing_that_is_not_being_copied() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    MigrationRun copied = Await.value(ledger().leave(run, MigrationState.COPIED, List.of()));

    assertThat(Await.value(ledger().pause())).isEqualTo(copied);
    assertThat(Await.value(ledger().find())).isEqualTo(copied);
  }

  @Test
  default void what_the_source_held_is_remembered() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    List<KindSum> sums =
        List.of(
            new KindSum("sessions", 0, HASH),
            new KindSum("events", Long.MAX_VALUE, "a".repeat(64)));
    MigrationRun copied = Await.value(ledger().leave(run, MigrationState.COPIED, sums));

    assertThat(copied.sums()).isEqualTo(sums);
    assertThat(copied.state()).isEqualTo(MigrationState.COPIED);
    assertThat(copied.isHeldAt(Instant.now().minusSeconds(60))).isFalse();
    assertThat(Await.value(reopen().migrations().find())).isEqualTo(copied);
    assertThat(Await.value(ledger().take(SECOND)).sums()).as("until it is copied again").isEmpty();
  }

  @Test
  default void another_source_begins_anew() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    load(run, 1);
    Await.value(ledger().leave(run, MigrationState.VERIFIED, List.of()));

    MigrationRun other = Await.value(ledger().take(new MigrationTurn("file:/other", "a", LONG)));
    assertThat(other.token()).isGreaterThan(run.token());
    assertThat(other.source()).isEqualTo("file:/other");
    assertThat(other.startedAt()).isAfter(run.startedAt());
    assertThat(Await.all(ledger().chunks())).isEmpty();
    assertThat(count(Session.KIND)).as("the records stay").isEqualTo(1);
    Await.failure(ConflictException.class, ledger().keep(run));
  }

  @Test
  default void it_is_not_part_of_what_the_storage_holds() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    load(run, 1);

    assertThat(storage().kinds())
        .isNotEmpty()
        .doesNotContain(MigrationRun.KIND, MigrationChunk.KIND);
    long records = storage().kinds().stream().mapToLong(kind -> count((RecordKind<?>) kind)).sum();
    assertThat(records).isEqualTo(1);
  }

  @Test
  default void a_chunk_that_is_not_about_its_records_is_refused() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    List<Session> one = List.of(TransferSamples.session(1, 1));

    Await.failure(
        InvalidInputException.class, ledger().load(run, Session.KIND, one, sessions(0, 2)));
    Await.failure(
        InvalidInputException.class, ledger().load(run, Session.KIND, one, chunk("events", 0, 1)));
    assertThat(count(Session.KIND)).isZero();
    assertThat(Await.all(ledger().chunks())).isEmpty();
    assertThat(load(run, 1)).as("and goes on").isEqualTo(1);
  }

  @Test
  default void nobody_works_under_the_name_of_another() {
    MigrationRun run = Await.value(ledger().take(FIRST));
    MigrationRun other =
        new MigrationRun(
            run.source(),
            run.state(),
            run.token(),
            "another",
            run.lease(),
            run.leasedUntil(),
            run.startedAt(),
            run.updatedAt(),
            run.sums());

    Await.failure(ConflictException.class, ledger().keep(other));
    Await.done(ledger().keep(run));
  }

  @Test
  default void nobody_leaves_a_migration_as_if_it_were_being_copied() {
    MigrationRun run = Await.value(ledger().take(FIRST));

    assertThatThrownBy(() -> ledger().leave(run, MigrationState.COPYING, List.of()))
        .isInstanceOf(InvalidInputException.class);
    Await.done(ledger().keep(run));
  }
}
