package io.holdfast.dual;

import io.holdfast.Json;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.UnavailableException;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Subscription;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Makes records of one kind on the following side what they are on the leading one, or takes them
 * away. The record is looked at again after each write: whoever writes last, of however many
 * processes that copy, has seen the last state.
 */
final class Copier<R> {

  private static final int CONCURRENCY = 8;
  private static final int LARGE_CONCURRENCY = 4;
  private static final long BYTES_MAX = 8L << 20;
  private static final int ATTEMPTS = 4;

  private final RecordKind<R> kind;
  private final RecordTransfer<R> from;
  private final RecordTransfer<R> to;
  private final Pending pending;
  private final int concurrency;

  Copier(Sides sides, RecordKind<R> kind, Pending pending) {
    this.kind = kind;
    this.from = sides.from(kind);
    this.to = sides.to(kind);
    this.pending = pending;
    this.concurrency = kind.equals(Checkpoint.KIND) ? LARGE_CONCURRENCY : CONCURRENCY;
  }

  /** What came of copying one record. */
  record Copied(RecordKey key, Outcome outcome, @Nullable Throwable failure, boolean mayBeWritten) {

    static Copied of(RecordKey key, Outcome outcome) {
      return new Copied(key, outcome, null, false);
    }

    static Copied failed(RecordKey key, Throwable failure, boolean isWriting) {
      boolean mayBeWritten = isWriting && failure instanceof UnavailableException;
      return new Copied(key, Outcome.FAILED, failure, mayBeWritten);
    }
  }

  enum Outcome {
    /** Both sides were the same. */
    SAME,
    /** It was written, but had changed on the leading side each time by then. */
    CHANGING,
    /** It changed on the leading side each time before anything could be made of it. */
    UNWRITTEN,
    FAILED
  }

  /** All of {@code keys}, most of them with one write; says of each what came of it. */
  Flux<Copied> copy(List<RecordKey> keys) {
    Flux<Copied> each = Flux.fromIterable(keys).flatMap(this::tried, concurrency);
    return keys.size() == 1
        ? each
        : together(keys)
            .thenMany(each)
            // A side that cannot be reached is not asked again for each.
            .onErrorResume(
                UnavailableException.class,
                error -> Flux.fromIterable(keys).map(key -> Copied.failed(key, error, true)));
  }

  /** What is wrong with one of them shows when that is copied by itself. */
  private Mono<Void> together(List<RecordKey> keys) {
    return Mono.defer(
            () -> {
              AtomicLong bytes = new AtomicLong();
              return Flux.fromIterable(keys)
                  .flatMap(from::find, concurrency)
                  .bufferUntil(record -> isFull(bytes, record))
                  .concatMap(records -> to.load(records.stream().sorted(kind.order()).toList()), 1)
                  .then();
            })
        .onErrorResume(error -> !(error instanceof UnavailableException), error -> Mono.empty());
  }

  /** Only checkpoints can be so large that many at once would not fit into memory. */
  private boolean isFull(AtomicLong bytes, R record) {
    if (!kind.equals(Checkpoint.KIND)
        || bytes.addAndGet(kind.encode(record).sizeBytes()) < BYTES_MAX) {
      return false;
    }
    bytes.set(0);
    return true;
  }

  private Mono<Copied> tried(RecordKey key) {
    return Mono.defer(
        () -> {
          Looks looks = new Looks();
          return settle(key, looks)
              .map(outcome -> Copied.of(key, outcome))
              .onErrorResume(error -> Mono.just(Copied.failed(key, error, looks.isWriting)));
        });
  }

  /** What several looks at a record have seen, and done. */
  private static final class Looks {

    private Optional<Json> last = Optional.empty();
    private boolean hasSeen;
    private boolean isChanging;
    private boolean isWriting;
    private boolean hasWritten;

    void see(Optional<Json> wanted) {
      isChanging |= hasSeen && !last.equals(wanted);
      hasSeen = true;
      last = wanted;
    }

    void wrote(boolean something) {
      isWriting = false;
      hasWritten |= something;
    }

    Outcome outcome() {
      return hasWritten ? Outcome.CHANGING : Outcome.UNWRITTEN;
    }
  }

  /** Fails with what kept it from being copied. */
  private Mono<Outcome> settle(RecordKey key, Looks looks) {
    return Mono.defer(() -> attempt(key, looks))
        .filter(same -> same)
        .map(same -> Outcome.SAME)
        .repeatWhenEmpty(again -> again.take(ATTEMPTS - 1L))
        .switchIfEmpty(
            Mono.defer(
                () -> looks.isChanging ? Mono.just(looks.outcome()) : Mono.error(differs(key))));
  }

  private IllegalStateException differs(RecordKey key) {
    return new IllegalStateException(
        kind.name() + " " + key + " stays another one on the following side");
  }

  /** True if both sides are the same, and otherwise makes them so. */
  private Mono<Boolean> attempt(RecordKey key, Looks looks) {
    return from.find(key)
        .singleOptional()
        .zipWhen(wanted -> to.find(key).singleOptional())
        // A large state takes its time to be compared: not that of whoever has read it.
        .publishOn(Schedulers.boundedElastic())
        .flatMap(
            sides -> {
              Optional<Json> wanted = sides.getT1().map(kind::encode);
              looks.see(wanted);
              if (wanted.equals(sides.getT2().map(kind::encode))) {
                return Mono.just(true);
              }
              looks.isWriting = true;
              return make(key, sides.getT1()).doOnNext(looks::wrote).thenReturn(false);
            });
  }

  private boolean isSame(Optional<R> wanted, Optional<R> there) {
    return wanted.map(kind::encode).equals(there.map(kind::encode));
  }

  /** True if it was made so; false if that would not be right any more. */
  private Mono<Boolean> make(RecordKey key, Optional<R> wanted) {
    return Mono.justOrEmpty(wanted)
        .flatMap(record -> to.load(List.of(record)))
        .defaultIfEmpty(0L)
        .flatMap(written -> written > 0 ? Mono.just(true) : replace(key, wanted));
  }

  /**
   * What is there and newer, by its version, is of a record that was deleted since, unless the
   * leading side has something newer by now.
   */
  private Mono<Boolean> replace(RecordKey key, Optional<R> wanted) {
    return from.find(key)
        .singleOptional()
        .filter(now -> isSame(wanted, now))
        .flatMap(
            now -> remove(key).then(Mono.justOrEmpty(wanted).flatMap(this::load)).thenReturn(true))
        .defaultIfEmpty(false);
  }

  private Mono<Void> load(R record) {
    return to.load(List.of(record)).then();
  }

  /** With it may go what belongs to it and is there again by now. */
  private Mono<Void> remove(RecordKey key) {
    return to.remove(key)
        .doOnSuccess(
            removed -> {
              if (kind.equals(Workflow.KIND)) {
                pending.touch(Area.group(WorkflowExecution.KIND, key.first()));
              } else if (kind.equals(Subscription.KIND)) {
                pending.touch(Area.group(HeldJob.KIND, key.first()));
              }
            });
  }
}
