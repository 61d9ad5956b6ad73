package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.SessionDetails;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a transaction does with the turn that it keeps. */
class TransactionTurnTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JobId JOB = new JobId("job");
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir private Path directory;

  private final CountDownLatch begun = new CountDownLatch(1);
  private UnifiedStorage storage;

  private void open(Duration timeout, Clock clock) {
    storage =
        FreshDirectory.open(
            FileConfiguration.builder(directory).transactionTimeout(timeout).clock(clock).build());
  }

  @AfterEach
  void close() {
    if (storage != null) {
      FreshDirectory.close(storage);
    }
  }

  private Mono<?> create(String id) {
    return storage
        .sessions()
        .create(new SessionId(id), SessionDetails.of("build", "r", Json.EMPTY));
  }

  private CompletableFuture<?> hang() throws InterruptedException {
    CompletableFuture<?> hanging =
        storage
            .inTransaction(
                tx ->
                    tx.sessions()
                        .create(new SessionId("h"), SessionDetails.of("build", "r", Json.EMPTY))
                        .doOnNext(session -> begun.countDown())
                        .then(Mono.never()))
            .toFuture();
    assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return hanging;
  }

  @Test
  void operations_at_once_in_one_transaction_are_all_kept() {
    open(LIMIT, Clock.systemUTC());
    int events = 200;

    storage
        .inTransaction(
            tx ->
                Flux.range(0, events)
                    .flatMap(
                        i ->
                            tx.events()
                                .append(
                                    JOB,
                                    ExpectedVersion.any(),
                                    List.of(Event.of("e" + i, Json.EMPTY))))
                    .then())
        .block(LIMIT);

    List<RecordedEvent> read =
        storage.events().read(EventQuery.job(JOB)).collectList().block(LIMIT);
    assertThat(read)
        .extracting(RecordedEvent::version)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
    assertThat(read).extracting(RecordedEvent::type).doesNotHaveDuplicates();
  }

  @Test
  void a_transaction_that_hangs_is_rolled_back_and_lets_others_write() throws Exception {
    open(SHORT, Clock.systemUTC());
    CompletableFuture<?> hanging = hang();

    create("s").block(LIMIT);

    assertThatThrownBy(() -> hanging.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnavailableException.class)
        .hasMessageContaining("PT0.2S");
    assertThat(storage.sessions().find(new SessionId("h")).blockOptional(LIMIT)).isEmpty();
  }

  @Test
  void a_turn_kept_for_long_is_a_problem() throws Exception {
    Instant start = Instant.parse("2026-11-20T10:00:00Z");
    MovingClock clock = new MovingClock(start);
    open(LIMIT, clock);
    CompletableFuture<?> hanging = hang();

    clock.set(start.plusSeconds(10));
    assertThat(storage.health().block(LIMIT).healthy()).isTrue();
    clock.set(start.plusSeconds(11));
    assertThat(storage.health().block(LIMIT).problems())
        .singleElement()
        .asString()
        .contains("2026-11-20T10:00:00Z");
    hanging.cancel(true);
    create("s").block(LIMIT);
    assertThat(storage.health().block(LIMIT).healthy()).isTrue();
  }

  @Test
  void who_cancels_leaves_the_queue() {
    Disk disk = new Disk(directory);
    WriteTurn turn = new WriteTurn(disk, Instant::now, () -> true);
    WriteTurn.Request request =
        new WriteTurn.Request() {
          @Override
          public boolean start() {
            return false;
          }

          @Override
          public void refuse() {}
        };

    turn.enqueue(request);
    assertThat(waiting(disk, turn)).isEqualTo(1);
    turn.cancel(request);
    assertThat(waiting(disk, turn)).isZero();
    disk.shutdown();
  }

  private static int waiting(Disk disk, WriteTurn turn) {
    CompletableFuture<Integer> count = new CompletableFuture<>();
    disk.onTurn(() -> count.complete(turn.waiting()));
    return count.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void the_limit_has_a_range() {
    FileConfiguration.Builder builder = FileConfiguration.builder(directory);

    assertThatThrownBy(() -> builder.transactionTimeout(Duration.ZERO))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("PT0S");
  }
}
