package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.MovedException;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventMonths;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import io.holdfast.lock.Lease;
import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@link UnifiedStorage#relocation} promises. */
public interface RelocationContract extends StorageContract {

  Moved THERE =
      new Moved("postgresql://there/db", "store-there", "0123456789abcdef".repeat(4), LONG_AGO);
  Moved SAME_THERE = new Moved("postgresql://alias/db", "store-there", "", LONG_AGO.plusSeconds(9));
  Moved ELSEWHERE = new Moved("file:/elsewhere", "store-elsewhere", "", LONG_AGO);

  /** The same data, open to read only, beside {@link #storage()} or after it; closed in the end. */
  UnifiedStorage openToRead();

  private Relocation relocation() {
    return storage().relocation();
  }

  private Mono<AppendResult> append(int number) {
    return storage().events().append(job(number), ExpectedVersion.any(), List.of(event(1)));
  }

  @Test
  default void a_new_storage_has_an_id_and_is_here() {
    String id = Await.value(relocation().storeId());

    assertThat(id).isNotEmpty();
    assertThat(Await.maybe(relocation().find())).isEmpty();
    assertThat(Await.maybe(relocation().takeBack())).isEmpty();
    assertThat(Await.value(reopen().relocation().storeId())).isEqualTo(id);
    assertThat(Await.value(openToRead().relocation().storeId())).isEqualTo(id);
  }

  @Test
  default void where_it_has_moved_to_is_remembered() {
    assertThat(Await.value(relocation().moveTo(THERE))).isEqualTo(THERE);

    assertThat(Await.value(relocation().find())).isEqualTo(THERE);
    assertThat(Await.value(openToRead().relocation().find())).isEqualTo(THERE);
  }

  @Test
  default void once_it_has_moved_every_write_is_refused() {
    Map<Operation, Supplier<Publisher<?>>> writes = new LinkedHashMap<>();
    Operation.all().stream()
        .filter(Operation::writes)
        .forEach(write -> writes.put(write, write.prepare().apply(storage())));
    Snapshot before = Snapshot.of(storage());
    Await.value(relocation().moveTo(THERE));

    assertSoftly(
        softly ->
            writes.forEach(
                (write, assembly) ->
                    softly
                        .assertThatCode(() -> Await.failure(MovedException.class, assembly.get()))
                        .as("%s", write)
                        .doesNotThrowAnyException()));
    assertThat(Snapshot.of(storage())).as("nothing was written").isEqualTo(before);
  }

  @Test
  default void the_refusal_says_where_and_when_and_what_to_do() {
    Await.value(relocation().moveTo(THERE));

    MovedException refusal = Await.failure(MovedException.class, append(1));
    assertThat(refusal.to()).isEqualTo(THERE.to());
    assertThat(refusal.at()).isEqualTo(THERE.at());
    assertThat(refusal)
        .hasMessageContaining(THERE.to())
        .hasMessageContaining("2024-03-31T23:59:59.999999Z")
        .hasMessageContaining("holdfast migrate rollback");
    assertThat(Await.value(storage().health()).problems())
        .as("health tells, too")
        .singleElement()
        .asString()
        .contains(THERE.to());
  }

  @Test
  default void it_is_read_as_before() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    Await.value(storage().sessions().create(SESSION, details(1)));
    Snapshot before = Snapshot.of(storage());
    Await.value(relocation().moveTo(THERE));

    assertThat(Await.all(storage().events().read(EventQuery.job(JOB)))).hasSize(3);
    UnifiedStorage reading = openToRead();
    assertThat(Await.all(reading.events().read(EventQuery.job(JOB)))).hasSize(3);
    assertThat(Await.value(reading.sessions().get(SESSION)).details()).isEqualTo(details(1));
    assertThat(Snapshot.of(reading)).isEqualTo(before);
    Await.failure(MovedException.class, reading.sessions().delete(SESSION));
  }

  @Test
  default void it_is_not_opened_to_write() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    Await.value(relocation().moveTo(THERE));

    assertThatThrownBy(this::reopen)
        .isInstanceOf(MovedException.class)
        .hasMessageContaining(THERE.to());
    UnifiedStorage reading = openToRead();
    assertThat(Await.value(reading.relocation().find())).isEqualTo(THERE);
    assertThat(Await.value(reading.events().count(EventFilter.all()))).isEqualTo(3);
    Await.failure(
        MovedException.class, reading.events().append(JOB, ExpectedVersion.any(), events(1)));
  }

  @Test
  default void no_month_is_taken_out_of_it() {
    YearMonth month = YearMonth.of(2021, 1);
    Instant then = Instant.parse("2021-01-15T00:00:00Z");
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), List.of(event(1).at(then))));
    Await.value(relocation().moveTo(THERE));

    EventMonths months = storage().events().months();
    for (Publisher<?> removal :
        List.of(
            months.drop(month, Removal.CHECKED),
            months.drop(month, Removal.FORCED),
            months.archive(month, Removal.FORCED),
            months.retain(Retention.of(Duration.ofDays(90))))) {
      Await.failure(MovedException.class, removal);
    }
    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(1);
    Await.value(relocation().takeBack());
    assertThat(Await.value(months.drop(month, Removal.CHECKED)).events()).isEqualTo(1);
  }

  @Test
  default void leases_are_not_renewed() {
    Lease lease = Await.value(storage().locks().tryAcquire(wish("a", LONG)));
    Await.value(relocation().moveTo(THERE));

    Await.failure(MovedException.class, storage().locks().renew(lease));
    Await.failure(MovedException.class, storage().locks().release(lease));
    Await.failure(
        MovedException.class,
        storage().locks().withLock(wish("b", LONG), LONG, held -> Mono.just(1)));
  }

  @Test
  default void nothing_is_migrated_into_it() {
    Await.value(storage().migrations().take(MigrationLedgerContract.FIRST));
    Await.value(relocation().moveTo(THERE));

    Await.failure(MovedException.class, storage().migrations().take(MigrationLedgerContract.FIRST));
  }

  @Test
  default void moving_it_again_to_the_same_storage_changes_nothing() {
    Await.value(relocation().moveTo(THERE));

    assertThat(Await.value(relocation().moveTo(SAME_THERE))).isEqualTo(THERE);
    assertThat(Await.value(openToRead().relocation().moveTo(SAME_THERE))).isEqualTo(THERE);
    assertThat(Await.value(relocation().find())).isEqualTo(THERE);
  }

  @Test
  default void it_moves_to_one_storage_only() {
    Await.value(relocation().moveTo(THERE));

    assertThat(Await.failure(ConflictException.class, relocation().moveTo(ELSEWHERE)))
        .hasMessageContaining(THERE.to());
    assertThat(Await.value(relocation().find())).isEqualTo(THERE);
  }

  @Test
  default void one_of_many_moves_it() {
    List<Race.Finish<Moved>> ends =
        Race.run(8, i -> relocation().moveTo(new Moved("file:/" + i, "store-" + i, "", LONG_AGO)));

    assertThat(ends).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(ends)
        .filteredOn(Race.Finish::lost)
        .hasSize(7)
        .allSatisfy(end -> assertThat(end.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void taken_back_it_takes_writes_again() {
    Await.value(append(1));
    Await.value(relocation().moveTo(THERE));
    Await.failure(MovedException.class, append(1));

    assertThat(Await.value(relocation().takeBack())).isEqualTo(THERE);
    assertThat(Await.maybe(relocation().takeBack())).as("once").isEmpty();
    assertThat(Await.maybe(relocation().find())).isEmpty();
    assertThat(Await.value(append(1)).repeated()).isFalse();
    reopen();
    assertThat(Await.value(append(2)).repeated()).isFalse();
    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(3);
    assertThat(Await.value(relocation().moveTo(ELSEWHERE))).isEqualTo(ELSEWHERE);
  }

  @Test
  default void it_is_taken_back_by_one_that_reads() {
    Await.value(append(1));
    Await.value(relocation().moveTo(THERE));
    assertThatThrownBy(this::reopen).isInstanceOf(MovedException.class);

    assertThat(Await.value(openToRead().relocation().takeBack())).isEqualTo(THERE);
    assertThat(Await.value(reopen().events().count(EventFilter.all()))).isEqualTo(1);
    assertThat(Await.value(append(1)).repeated()).isFalse();
  }

  @Test
  default void what_was_acknowledged_before_is_there_and_nothing_came_later() {
    List<Race.Finish<Object>> ends =
        Race.run(
            101,
            i ->
                i == 50
                    ? relocation().moveTo(THERE).cast(Object.class)
                    : append(i).cast(Object.class));

    assertThat(ends)
        .filteredOn(Race.Finish::lost)
        .allSatisfy(end -> assertThat(end.failure()).isInstanceOf(MovedException.class));
    assertThat(ends.stream().filter(Race.Finish::won)).extracting(Race.Finish::caller).contains(50);
    List<RecordedEvent> there =
        Await.all(openToRead().events().read(EventQuery.forward(EventFilter.all()).limit(1_000)));
    assertThat(there)
        .extracting(RecordedEvent::job)
        .containsExactlyInAnyOrderElementsOf(
            ends.stream()
                .filter(end -> end.won() && end.caller() != 50)
                .map(end -> job(end.caller()))
                .toList());
  }

  @Test
  default void nothing_is_noted_until_subscribed() {
    Mono<Moved> move = relocation().moveTo(THERE);
    Mono<Moved> takeBack = relocation().takeBack();
    assertThat(Await.maybe(relocation().find())).isEmpty();

    Await.value(move);
    assertThat(Await.value(relocation().find())).isEqualTo(THERE);
    Await.value(takeBack);
    assertThat(Await.maybe(relocation().find())).isEmpty();
    assertThat(Await.value(move)).as("each subscription is one attempt").isEqualTo(THERE);
  }

  @Test
  default void cancelling_leaves_it_here_or_moved() {
    for (int i = 0; i < 5; i++) {
      Mono<Long> soon = Mono.delay(Duration.ofNanos(1_000_000L * i));
      Await.maybe(relocation().moveTo(THERE).takeUntilOther(soon));
      assertThat(Await.value(relocation().moveTo(SAME_THERE)).isToSameAs(THERE)).isTrue();
      Await.failure(MovedException.class, append(1));
      Await.maybe(relocation().takeBack().takeUntilOther(soon));
      Await.maybe(relocation().takeBack());
      Await.value(append(1));
    }
  }

  @Test
  default void inside_a_transaction_it_is_refused() {
    for (Publisher<?> wrong :
        List.of(relocation().moveTo(THERE), relocation().takeBack(), relocation().find())) {
      Await.failure(
          InvalidInputException.class,
          storage().inTransaction(tx -> Flux.from(wrong).then(Mono.just(1))));
    }
    Await.value(append(1));
  }

  @Test
  default void after_close_it_is_not_moved() {
    Mono<Moved> move = relocation().moveTo(THERE);
    Await.done(storage().close());

    Await.failure(UnavailableException.class, move);
    assertThat(Await.maybe(reopen().relocation().find())).isEmpty();
    Await.value(append(1));
  }

  @Test
  default void what_is_no_mark_is_refused() {
    assertThatThrownBy(() -> new Moved("", "s", "", LONG_AGO))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new Moved("file:/a", "s", "ABC", LONG_AGO))
        .isInstanceOf(InvalidInputException.class);
    Await.value(append(1));
  }
}
