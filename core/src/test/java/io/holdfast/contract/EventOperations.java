package io.holdfast.contract;

import static io.holdfast.contract.Operation.Emits.NOTHING;
import static io.holdfast.contract.Operation.Emits.ONE;
import static io.holdfast.contract.Operation.Emits.SOME;
import static io.holdfast.contract.Operation.freshId;
import static io.holdfast.contract.Operation.reads;
import static io.holdfast.contract.Operation.writes;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.event;

import io.holdfast.JobId;
import io.holdfast.RecordKey;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import java.time.YearMonth;
import java.util.List;
import reactor.core.publisher.Flux;

/** The operations of the event log, and those of the storage itself. */
final class EventOperations {

  private EventOperations() {}

  static List<Operation> all() {
    return List.of(
        writes(
            "events.append(batch)",
            ONE,
            s -> batch(any(fresh(s), event(1)), any(fresh(s), event(2))),
            (s, batch) -> s.events().append(batch)),
        writes(
            "events.append(job)",
            ONE,
            EventOperations::fresh,
            (s, job) -> s.events().append(job, ExpectedVersion.none(), List.of(event(1)))),
        writes(
            "events.appendAll",
            SOME,
            EventOperations::fresh,
            (s, job) ->
                s.events().appendAll(Flux.range(1, 9).map(n -> new JobEvent(job, event(n))))),
        reads(
            "events.read",
            SOME,
            EventOperations::filled,
            (s, job) -> s.events().read(EventQuery.job(job))),
        reads("events.stats", ONE, EventOperations::filled, (s, job) -> s.events().stats(job)),
        reads(
            "events.months.list",
            SOME,
            EventOperations::filled,
            (s, job) -> s.events().months().list()),
        reads(
            "events.months.create",
            ONE,
            s -> YearMonth.of(1999, 12),
            (s, month) -> s.events().months().create(month)),
        reads(
            "events.count",
            ONE,
            EventOperations::filled,
            (s, job) -> s.events().count(EventFilter.job(job))),
        reads(
            "events.subscribe",
            SOME,
            EventOperations::filled,
            (s, job) -> s.events().subscribe(EventFilter.job(job), StartFrom.beginning()).take(2)),
        writes(
            "inTransaction",
            ONE,
            EventOperations::fresh,
            (s, job) ->
                s.inTransaction(
                    tx -> tx.events().append(job, ExpectedVersion.none(), List.of(event(1))))),
        reads(
            "transfer.export",
            SOME,
            EventOperations::filled,
            (s, job) -> s.transfer(RecordedEvent.KIND).export()),
        reads(
            "transfer.count",
            ONE,
            EventOperations::filled,
            (s, job) -> s.transfer(RecordedEvent.KIND).count()),
        writes(
            "transfer.load",
            ONE,
            s -> new SessionId(freshId()),
            (s, id) -> s.transfer(Session.KIND).load(List.of(session(id)))),
        reads(
            "transfer.find",
            ONE,
            EventOperations::filled,
            (s, job) -> s.transfer(RecordedEvent.KIND).find(RecordKey.of(job.value(), 1))),
        writes(
            "transfer.remove",
            NOTHING,
            EventOperations::loaded,
            (s, id) -> s.transfer(Session.KIND).remove(RecordKey.of(id.value()))),
        reads("health", ONE, EventOperations::filled, (s, job) -> s.health()));
  }

  private static JobId fresh(UnifiedStorage storage) {
    return new JobId(freshId());
  }

  private static JobId filled(UnifiedStorage storage) {
    JobId job = fresh(storage);
    Await.value(storage.events().append(job, ExpectedVersion.none(), Samples.events(2)));
    return job;
  }

  private static SessionId loaded(UnifiedStorage storage) {
    SessionId id = new SessionId(freshId());
    Await.value(storage.transfer(Session.KIND).load(List.of(session(id))));
    return id;
  }

  private static Session session(SessionId id) {
    return new Session(
        id,
        1,
        SessionState.RUNNING,
        Samples.details(1),
        new SessionTiming(LONG_AGO, LONG_AGO, null));
  }
}
