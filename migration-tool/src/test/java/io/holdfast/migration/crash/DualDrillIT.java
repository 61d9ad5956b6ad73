package io.holdfast.migration.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.contract.Faults;
import io.holdfast.contract.Workload;
import io.holdfast.dual.DualMode;
import io.holdfast.dual.DualOptions;
import io.holdfast.dual.DualStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.session.SessionDetails;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** An orchestrator that is moved from files to PostgreSQL, and back, while it runs. */
class DualDrillIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final SessionDetails DETAILS = SessionDetails.of("audit", "none", Json.EMPTY);

  /** So many sessions are there before there are two sides. */
  private static final int OLD = 50;

  private final long seed = Long.getLong("holdfast.crash.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final AtomicLong steps = new AtomicLong();
  private final Queue<RecordedEvent> heard = new ConcurrentLinkedQueue<>();

  /** How the orchestrator or its subscriber has ended. */
  private final AtomicReference<Object> end = new AtomicReference<>();

  @TempDir private Path directory;
  private UnifiedStorage files;
  private UnifiedStorage postgres;
  private Faults faults;
  private DualStorage dual;

  @BeforeEach
  void open_both() {
    files = Await.value(Holdfast.open("file:" + directory.resolve("store")));
    for (int i = 0; i < OLD; i++) {
      Await.done(files.sessions().create(old(i), DETAILS));
    }
    postgres = SERVER.storage();
    faults = new Faults(postgres);
    dual = Await.value(DualStorage.open(files, faults.storage(), DualOptions.DEFAULT));
  }

  @AfterEach
  void close_both() {
    Await.done(dual.close());
    Await.done(files.close());
  }

  @Test
  @Timeout(120)
  void the_orchestrator_goes_on_and_its_subscriber_sees_every_event_once() {
    drill(new Run(160), 6);
  }

  @Test
  @Tag("soak")
  @Timeout(900)
  void the_orchestrator_goes_on_for_long() {
    drill(new Run(5_000), 400);
  }

  private static SessionId old(int number) {
    return new SessionId("old-" + number);
  }

  private void drill(Run run, int stepsAStage) {
    Await.done(dual.caughtUp());
    for (int i = 0; i < OLD; i++) {
      assertThat(Await.maybe(postgres.sessions().find(old(i)))).as("filled in").isPresent();
    }
    Disposable orchestrator =
        new Orchestrator(dual, run, "drill", steps::set)
            .run()
            .subscribe(done -> {}, end::set, () -> end.set("completed"));
    Disposable consumer = consume().subscribe(done -> {}, end::set);
    Disposable subscriber =
        dual.events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .subscribe(heard::add, end::set);

    faults.failWhen(() -> random.nextInt(4) == 0);
    for (DualMode mode :
        List.of(
            DualMode.WRITE_THROUGH,
            DualMode.SHADOW,
            DualMode.READ_VALIDATION,
            DualMode.progressive(10),
            DualMode.progressive(100))) {
      dual.mode(mode);
      goOn(stepsAStage);
    }
    faults.failWhen(() -> false);
    exchange();
    goOn(stepsAStage);
    exchange();
    goOn(stepsAStage);
    exchange();
    while (end.get() == null) {
      goOnOrEnd();
    }

    assertThat(end.get()).as("seed %s", seed).isEqualTo("completed");
    Remains remains = Await.value(Remains.of(postgres));
    assertThat(new Audit(run, 0, remains).problems()).as("seed %s", seed).isEmpty();
    requireHandledOnce(remains.events());
    requireHeardOnce(remains.events());
    consumer.dispose();
    subscriber.dispose();
    orchestrator.dispose();
    requireAlike();
    assertThat(Await.value(dual.status()).divergences()).isZero();
  }

  private void goOn(int more) {
    long from = steps.get();
    Await.that(() -> steps.get() >= from + more || end.get() != null);
    // On a slow machine it may be done before the last exchange.
    assertThat(end.get()).as("seed %s: goes on", seed).isIn(null, "completed");
  }

  private void exchange() {
    long start = System.nanoTime();
    long from = steps.get();
    Await.done(dual.cutOver(PATIENCE));
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("Exchanged in %.2f s, at steps %d to %d%n", seconds, from, steps.get());
  }

  /** A step, at least, or the end. */
  private void goOnOrEnd() {
    long from = steps.get();
    Await.that(() -> steps.get() > from || end.get() != null);
  }

  /** Notes each event in a session of its own, whose version tells how often it did. */
  private Mono<Void> consume() {
    return dual.subscription("audit")
        .consume(
            EventFilter.all(), ConsumeOptions.defaults(), EventHandler.transactional(this::note));
  }

  private Mono<Void> note(StoreSet tx, RecordedEvent event) {
    SessionId id = seen(event);
    return tx.sessions()
        .find(id)
        .flatMap(again -> tx.sessions().update(again.withDetails(DETAILS)))
        .switchIfEmpty(Mono.defer(() -> tx.sessions().create(id, DETAILS)))
        .then();
  }

  private static SessionId seen(RecordedEvent event) {
    return new SessionId("seen-" + event.position());
  }

  private void requireHandledOnce(List<RecordedEvent> events) {
    Await.done(dual.subscription("audit").awaitProcessed(events.get(events.size() - 1).position()));
    for (RecordedEvent event : events) {
      assertThat(Await.value(postgres.sessions().get(seen(event))).version())
          .as("seed %s, %s", seed, event)
          .isEqualTo(1);
    }
  }

  private void requireHeardOnce(List<RecordedEvent> events) {
    Await.that(() -> heard.size() >= events.size());
    assertThat(List.copyOf(heard)).as("seed %s", seed).isEqualTo(events);
  }

  private void requireAlike() {
    Await.done(dual.caughtUp());
    assertThat(Workload.contents(files)).isEqualTo(Workload.contents(postgres));
  }

  @Test
  void writes_of_every_kind_arrive_in_the_database_and_back_in_the_files() {
    faults.failWhen(() -> random.nextInt(4) == 0);
    new Workload(dual, seed).run(150);
    faults.failWhen(() -> false);
    requireAlike();

    exchange();
    new Workload(dual, seed + 1).run(150);
    requireAlike();
  }
}
