package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Events in a transaction, with the changes that they tell of. */
public interface TransactionEventsContract extends StorageContract {

  @Test
  default void events_appended_in_one_transaction_follow_each_other() {
    List<AppendResult> results =
        Await.value(
            storage()
                .inTransaction(
                    tx ->
                        tx.events()
                            .append(JOB, ExpectedVersion.none(), events(2))
                            .zipWhen(
                                first ->
                                    tx.events().append(JOB, ExpectedVersion.exactly(2), events(1)),
                                (first, second) -> List.of(first, second))));

    assertThat(results.get(1).last().version()).isEqualTo(3);
    List<RecordedEvent> read = Await.all(storage().events().read(EventQuery.job(JOB)));
    assertThat(read)
        .extracting(RecordedEvent::position)
        .as("the positions that were reported are those that are read")
        .containsExactly(
            results.get(0).events().get(0).position(),
            results.get(0).events().get(1).position(),
            results.get(1).last().position());
    Histories.requireWhole(read);
  }

  @Test
  default void a_long_transaction_over_many_records_is_one() {
    Mono<String> fill =
        storage()
            .inTransaction(
                tx -> {
                  Mono<?> work = Mono.empty();
                  for (int i = 0; i < 100; i++) {
                    work =
                        work.then(tx.sessions().create(new SessionId("s-" + i), details(i)))
                            .then(
                                tx.events()
                                    .append(job(i % 7), ExpectedVersion.any(), List.of(event(i))));
                  }
                  return work.thenReturn("filled");
                });

    assertThat(Await.value(fill)).isEqualTo("filled");
    assertThat(Await.value(storage().transfer(Session.KIND).count())).isEqualTo(100);
    assertThat(Await.value(storage().transfer(RecordedEvent.KIND).count())).isEqualTo(100);
  }

  @Test
  default void a_change_and_the_event_that_tells_of_it_stay_together() {
    Session created = Await.value(storage().sessions().create(SESSION, details(1)));

    List<Race.Finish<String>> race =
        Race.run(
            16,
            i ->
                storage()
                    .inTransaction(
                        tx ->
                            tx.events()
                                .append(JOB, ExpectedVersion.any(), List.of(event(i)))
                                .then(
                                    tx.sessions()
                                        .update(
                                            created
                                                .withState(SessionState.RUNNING)
                                                .withDetails(details(100 + i))))
                                .thenReturn("moved")));

    assertThat(race).filteredOn(Race.Finish::won).as("one version, one winner").hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
    List<RecordedEvent> told = Await.all(storage().events().read(EventQuery.job(JOB)));
    assertThat(told).as("the losers' events are not there").hasSize(1);
    Session moved = Await.value(storage().sessions().get(SESSION));
    assertThat(Samples.number(moved.details().data()))
        .isEqualTo(100 + Samples.number(told.get(0).data()));
  }
}
