package io.holdfast.file;

import io.holdfast.InvalidInputException;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import io.holdfast.file.WriteTurn.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Several operations that are one commit; keeps the write turn from its begin to its end. */
final class Transaction implements Scope {

  private final Disk disk;
  private final WriteTurn turn;
  private final Commits commits;
  private final Edit edit;
  private final AtomicBoolean ended = new AtomicBoolean();

  private Transaction(Disk disk, WriteTurn turn, Commits commits) {
    this.disk = disk;
    this.turn = turn;
    this.commits = commits;
    this.edit = commits.edit();
  }

  /**
   * Runs {@code work} in a transaction: commits when it completes, otherwise drops everything, and
   * at {@code limit} too.
   */
  static <T> Mono<T> run(
      WriteTurn turn,
      Mono<Transaction> begin,
      Duration limit,
      Function<Transaction, Mono<T>> work) {
    Mono<T> whole =
        Mono.usingWhen(
                begin,
                transaction ->
                    Mono.defer(() -> work.apply(transaction))
                        .contextWrite(context -> context.put(turn, true))
                        .timeout(limit, late(limit)),
                Transaction::commit,
                (transaction, error) -> transaction.rollback(),
                Transaction::rollback)
            .doOnDiscard(Transaction.class, Transaction::end)
            .onErrorMap(Transaction::unwrapped);
    return outside(turn).then(whole);
  }

  /** Fails inside the work of one who has the turn: waiting there for another would be for ever. */
  static Mono<Void> outside(WriteTurn turn) {
    return Mono.deferContextual(
        context -> context.hasKey(turn) ? Mono.error(Transaction::nested) : Mono.empty());
  }

  private static InvalidInputException nested() {
    return new InvalidInputException(
        "transaction", "inside it, use the stores that it hands in, not the storage");
  }

  /** Why a commit failed, without what Reactor wraps around it. */
  private static Throwable unwrapped(Throwable failure) {
    return failure.getClass() == RuntimeException.class
            && failure.getCause() instanceof StorageException reason
        ? reason
        : failure;
  }

  private static <T> Mono<T> late(Duration limit) {
    return Mono.error(
        () -> new UnavailableException("Rolled back: the transaction took more than " + limit));
  }

  /** Waits for the turn. */
  static Mono<Transaction> begin(Disk disk, WriteTurn turn, Commits commits) {
    return Mono.create(sink -> turn.enqueue(new Begin(sink, disk, turn, commits)));
  }

  private Mono<Void> commit() {
    return Mono.<Void>create(
            sink -> {
              if (!markEnded()) {
                sink.error(new UnavailableException("The transaction was cancelled"));
                return;
              }
              commits.commit(edit.draft(), failed -> finish(sink, failed));
              turn.release();
            })
        .publishOn(disk.scheduler());
  }

  /** For whoever has the turn: completes when all that was decided before is on the disk. */
  Mono<Void> settled() {
    return Mono.create(sink -> commits.commit(new Draft(null), failed -> finish(sink, failed)));
  }

  /** Does {@code work} while the turn is kept; fails if it was given back, as nobody waits. */
  <T> T keeping(Work<T> work) throws IOException {
    synchronized (edit) {
      if (ended.get()) {
        throw new UnavailableException("The transaction was cancelled");
      }
      return work.run();
    }
  }

  private static void finish(MonoSink<Void> sink, @Nullable Throwable failed) {
    if (failed == null) {
      sink.success();
    } else {
      sink.error(failed);
    }
  }

  private Mono<Void> rollback() {
    return Mono.fromRunnable(this::end);
  }

  private void end() {
    if (markEnded()) {
      turn.release();
    }
  }

  /** Waits for the operation that runs, and lets no other one begin. */
  private boolean markEnded() {
    synchronized (edit) {
      return ended.compareAndSet(false, true);
    }
  }

  /** One operation at a time: the edit is not made for several threads. */
  private <T> @Nullable T alone(Look<T> work) throws IOException {
    synchronized (edit) {
      requireLive();
      return work.at(edit);
    }
  }

  private void requireLive() {
    if (ended.get()) {
      throw new IllegalStateException("The transaction has ended; its stores are of no more use");
    }
    disk.requireOpen();
  }

  @Override
  public <T> Mono<T> read(Look<T> look) {
    return disk.run(() -> alone(look));
  }

  @Override
  public <T> Flux<T> pages(Function<View, PageSource<T>> look) {
    return disk.pages(
        () -> {
          PageSource<T> source = required(alone(look::apply));
          return () -> required(alone(view -> source.next()));
        });
  }

  private static <T> T required(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  @Override
  public <T> Mono<T> write(Decision<T> decide) {
    return disk.run(() -> alone(view -> decideOn(decide)));
  }

  private <T> @Nullable T decideOn(Decision<T> decide) throws IOException {
    Edit part = edit.part();
    T value = decide.on(part);
    edit.draft().merge(part.draft());
    return value;
  }

  /** Waits for the turn, and gives it back if nobody waits any more. */
  private static final class Begin implements Request {

    private final MonoSink<Transaction> sink;
    private final Disk disk;
    private final WriteTurn turn;
    private final Commits commits;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile @Nullable Transaction begun;

    Begin(MonoSink<Transaction> sink, Disk disk, WriteTurn turn, Commits commits) {
      this.sink = sink.onCancel(this::cancel);
      this.disk = disk;
      this.turn = turn;
      this.commits = commits;
    }

    private void cancel() {
      cancelled.set(true);
      Transaction transaction = begun;
      if (transaction == null) {
        turn.cancel(this);
      } else {
        transaction.end();
      }
    }

    @Override
    public boolean start() {
      StorageException refusal = commits.refusal();
      if (refusal != null) {
        sink.error(refusal);
        return false;
      }
      if (cancelled.get()) {
        return false;
      }
      Transaction transaction = new Transaction(disk, turn, commits);
      begun = transaction;
      if (cancelled.get() || !disk.onReader(() -> sink.success(transaction))) {
        transaction.end();
      }
      return true;
    }

    @Override
    public void refuse() {
      sink.error(disk.closed());
    }
  }
}
