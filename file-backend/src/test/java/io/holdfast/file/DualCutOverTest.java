package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.contract.Await;
import io.holdfast.contract.Faults;
import io.holdfast.contract.Workload;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Leadership;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A system that runs is moved from one side to the other, and back. */
class DualCutOverTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final LockName LOCK = new LockName("leader");

  @RegisterExtension final DualDirectories sides = DualDirectories.in(DualMode.WRITE_THROUGH);

  private Faults second() {
    return sides.faults();
  }

  private static SessionDetails details() {
    return SessionDetails.of("build", "repository", Json.EMPTY);
  }

  @Test
  void the_sides_change_places_and_change_back() {
    new Workload(sides.storage(), 1).run(80);
    sides.cutOver();
    Session there =
        Await.value(sides.storage().sessions().create(new SessionId("after"), details()));
    assertThat(Await.value(sides.second().sessions().get(there.id())))
        .as("the other side leads")
        .isEqualTo(there);
    new Workload(sides.storage(), 2).run(80);
    sides.requireAlike();

    sides.cutOver();
    Session back = Await.value(sides.storage().sessions().create(new SessionId("back"), details()));
    assertThat(Await.value(sides.first().sessions().get(back.id()))).isEqualTo(back);
    new Workload(sides.storage(), 3).run(80);
    sides.requireAlike();
  }

  @Test
  @Tag("soak")
  void a_running_system_goes_through_every_stage_and_its_subscriber_sees_every_event_once() {
    Random random = new Random(7);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Queue<RecordedEvent> live = new ConcurrentLinkedQueue<>();
    DualStorage storage = sides.storage();
    Disposable consumer = consume().subscribe(done -> {}, failures::add);
    Disposable subscriber =
        storage
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .subscribe(live::add, failures::add);
    var written = new AtomicInteger();
    Disposable orchestrator =
        Flux.<Integer>generate(sink -> sink.next(written.get()))
            .concatMap(n -> step(n).doOnSuccess(done -> written.incrementAndGet()), 1)
            .subscribe(done -> {}, failures::add);
    second().failWhen(() -> random.nextInt(5) == 0);

    for (DualMode mode :
        List.of(
            DualMode.WRITE_THROUGH,
            DualMode.SHADOW,
            DualMode.READ_VALIDATION,
            DualMode.progressive(10),
            DualMode.progressive(100))) {
      storage.mode(mode);
      goOn(written, 40, failures);
    }
    second().failWhen(() -> false);
    sides.cutOver();
    goOn(written, 60, failures);
    sides.cutOver();
    goOn(written, 60, failures);
    sides.cutOver();
    goOn(written, 60, failures);
    orchestrator.dispose();
    Await.value(
        storage
            .events()
            .append(
                new JobId("last"),
                ExpectedVersion.any(),
                List.of(Event.of("step", Json.of("{\"n\":-1}")))));

    List<RecordedEvent> events = Await.all(storage.transfer(RecordedEvent.KIND).export());
    Await.that(() -> live.size() >= events.size());
    Await.done(
        storage.subscription("audit").awaitProcessed(events.get(events.size() - 1).position()));
    consumer.dispose();
    subscriber.dispose();
    assertThat(failures).isEmpty();
    for (RecordedEvent event : events) {
      assertThat(Await.value(storage.sessions().get(seen(event))).version())
          .as("handled once: %s", event)
          .isEqualTo(1);
    }
    assertThat(List.copyOf(live)).isEqualTo(events);
    assertThat(Await.value(storage.status()).divergences()).isZero();
    sides.requireAlike();
  }

  /** Notes each event in a session of its own, whose version tells how often it did. */
  private Mono<Void> consume() {
    return sides
        .storage()
        .subscription("audit")
        .consume(
            EventFilter.all(),
            ConsumeOptions.defaults().withSlices(4),
            EventHandler.transactional(DualCutOverTest::note));
  }

  private static Mono<Void> note(StoreSet tx, RecordedEvent event) {
    return tx.sessions()
        .find(seen(event))
        .flatMap(again -> tx.sessions().update(again.withDetails(details())))
        .switchIfEmpty(Mono.defer(() -> tx.sessions().create(seen(event), details())))
        .then();
  }

  private static SessionId seen(RecordedEvent event) {
    return new SessionId("seen-" + event.position());
  }

  /** An event, and a session that is read back at once. */
  private Mono<Void> step(int n) {
    SessionId id = new SessionId("run-" + n % 11);
    var sessions = sides.storage().sessions();
    return sides
        .append(n)
        .then(sessions.find(id))
        .switchIfEmpty(Mono.defer(() -> sessions.create(id, details())))
        .flatMap(there -> sessions.update(there.withState(SessionState.RUNNING)))
        .flatMap(
            updated ->
                sessions
                    .get(id)
                    .doOnNext(read -> assertThat(read.version()).isEqualTo(updated.version())))
        .then();
  }

  private static void goOn(AtomicInteger written, int more, Queue<Throwable> failures) {
    int from = written.get();
    Await.that(() -> written.get() >= from + more || !failures.isEmpty());
    assertThat(failures).isEmpty();
  }

  @Test
  void writers_wait_while_the_sides_are_exchanged_and_none_fails() {
    Flux<?> writers = Flux.range(0, 400).flatMap(n -> sides.append(n).thenReturn(n), 8);
    Mono<Void> exchange = Mono.delay(Duration.ofMillis(20)).then(sides.storage().cutOver(PATIENCE));

    List<?> written = Await.value(writers.collectList().zipWith(exchange.thenReturn(true))).getT1();

    assertThat(written).hasSize(400);
    assertThat(Await.value(sides.second().events().count(EventFilter.all()))).isEqualTo(400);
    sides.requireAlike();
  }

  @Test
  void tokens_go_on_where_they_were() {
    LockRequest request = new LockRequest(LOCK, "me", LEASE);
    Lease first = Await.value(sides.storage().locks().tryAcquire(request));
    sides.cutOver();

    assertThat(Await.value(sides.storage().locks().renew(first)).token()).isEqualTo(first.token());
    Await.done(sides.storage().locks().release(first));
    Lease second = Await.value(sides.storage().locks().tryAcquire(request));
    assertThat(second.token()).isGreaterThan(first.token());
    sides.cutOver();
    Await.done(sides.storage().locks().release(second));
    assertThat(Await.value(sides.storage().locks().tryAcquire(request)).token())
        .isGreaterThan(second.token());
  }

  @Test
  void who_waits_for_a_lock_goes_on_waiting_on_the_other_side() {
    Lease held =
        Await.value(sides.storage().locks().tryAcquire(new LockRequest(LOCK, "me", PATIENCE)));
    Mono<Lease> waiting =
        sides.storage().locks().acquire(new LockRequest(LOCK, "you", PATIENCE), PATIENCE);
    Mono<Void> exchange =
        Mono.delay(Duration.ofMillis(100))
            .then(sides.storage().cutOver(PATIENCE))
            .then(Mono.defer(() -> sides.storage().locks().release(held)));

    Lease got = Await.value(waiting.zipWith(exchange.thenReturn(true))).getT1();

    assertThat(got.token()).isGreaterThan(held.token());
    assertThat(Await.value(sides.second().locks().find(LOCK)).token()).isEqualTo(got.token());
  }

  @Test
  void an_election_loses_and_goes_on() {
    Queue<Leadership> heard = new ConcurrentLinkedQueue<>();
    Disposable candidate =
        sides
            .storage()
            .locks()
            .elect(new LockRequest(LOCK, "me", Duration.ofMillis(500)))
            .subscribe(heard::add);
    Await.that(() -> heard.size() == 1);
    sides.cutOver();
    Await.that(() -> heard.size() == 3);
    candidate.dispose();

    assertThat(heard)
        .extracting(change -> change.getClass().getSimpleName())
        .containsExactly("Gained", "Lost", "Gained");
  }
}
