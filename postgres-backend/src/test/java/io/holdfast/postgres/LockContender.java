package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.LockLostException;
import io.holdfast.Names;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process whose contenders take locks, commit under them, and release them, until it is killed.
 * It notes in a file what it believes: "word nanoseconds lock token detail", a line each.
 */
public final class LockContender {

  static final int CONTENDERS = 4;
  static final List<LockName> LOCKS = List.of(new LockName("red"), new LockName("blue"));

  private static final Duration LEASE = Duration.ofMillis(1_500);

  /** Not in a transaction: a holder that is stopped there loses the lock. */
  private static final Duration PAUSE = Duration.ofMillis(15);

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final UnifiedStorage storage;
  private final FileOutputStream file;

  private LockContender(UnifiedStorage storage, FileOutputStream file) {
    this.storage = storage;
    this.file = file;
  }

  /** Takes the storage's URL and the file. */
  public static void main(String[] arguments) throws IOException {
    UnifiedStorage storage = Objects.requireNonNull(Holdfast.open(arguments[0]).block());
    try (FileOutputStream file = new FileOutputStream(arguments[1], true)) {
      LockContender contender = new LockContender(storage, file);
      var running =
          Flux.range(0, CONTENDERS)
              .flatMap(i -> contender.round(i).repeat(), CONTENDERS)
              .subscribe(end -> {}, LockContender::fail);
      // The parent holds the other end: when it is gone, so are we.
      int end = System.in.read();
      running.dispose();
      Runtime.getRuntime().halt(end < 0 ? 0 : 1);
    }
  }

  private static void fail(Throwable error) {
    error.printStackTrace();
    Runtime.getRuntime().halt(1);
  }

  static JobId jobOf(LockName lock) {
    return new JobId("commits-" + lock);
  }

  /** Now and then work that outlasts its lease, which is renewed. */
  private Mono<Void> round(int contender) {
    return Mono.defer(
            () -> {
              ThreadLocalRandom random = ThreadLocalRandom.current();
              LockName lock = LOCKS.get(random.nextInt(LOCKS.size()));
              LockRequest request = LockRequest.of(lock, LEASE);
              long asked = System.nanoTime();
              return contender == 0 && random.nextInt(32) == 0
                  ? longWork(request, asked)
                  : brief(request, asked, random.nextInt(1, 4));
            })
        .onErrorResume(ConflictException.class, held -> Mono.empty())
        .onErrorResume(LockLostException.class, lost -> Mono.empty())
        .onErrorResume(UnavailableException.class, away -> Mono.delay(LEASE.dividedBy(15)).then());
  }

  private Mono<Void> brief(LockRequest request, long asked, int commits) {
    return storage
        .locks()
        .acquire(request, PATIENCE)
        .doOnNext(lease -> note("acquired", lease, Long.toString(asked)))
        .flatMap(
            lease ->
                Flux.range(0, commits)
                    .concatMap(i -> Mono.delay(PAUSE).then(commit(lease)))
                    .then(Mono.defer(() -> release(lease))));
  }

  private Mono<Void> longWork(LockRequest request, long asked) {
    return storage
        .locks()
        .withLock(
            request,
            PATIENCE,
            lease -> {
              note("acquired", lease, Long.toString(asked));
              return Mono.delay(LEASE.multipliedBy(2))
                  .then(Mono.defer(() -> commit(lease)))
                  .doOnTerminate(() -> note("released", lease, "-"));
            });
  }

  private Mono<Void> release(Lease lease) {
    note("released", lease, "-");
    return storage.locks().release(lease);
  }

  /**
   * An event that says under which token it was written, and when that was believed to be right.
   */
  private Mono<Void> commit(Lease lease) {
    String id = Names.unique();
    Event event = Event.of("commit", Json.of("{\"token\":" + lease.token() + "}")).withId(id);
    return storage
        .inTransaction(
            lease,
            tx -> tx.events().append(jobOf(lease.name()), ExpectedVersion.any(), List.of(event)))
        .doOnNext(done -> note("committed", lease, id))
        .doOnError(LockLostException.class, lost -> note("refused", lease, id))
        .then();
  }

  private void note(String word, Lease lease, String detail) {
    String line =
        "%s %d %s %d %s%n".formatted(word, System.nanoTime(), lease.name(), lease.token(), detail);
    try {
      file.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
