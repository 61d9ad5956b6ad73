package io.holdfast.file;

import io.holdfast.UnavailableException;
import io.holdfast.file.WriteTurn.Request;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Several operations that are one commit; keeps the write turn from its begin to its end. */
final class Transaction implements Scope {

  private static final Object INSIDE = Transaction.class;

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

  /** Runs {@code work} in a transaction: commits when it completes, otherwise drops everything. */
  static <T> Mono<T> run(
      Disk disk, WriteTurn turn, Commits commits, Function<Transaction, Mono<T>> work) {
    Mono<T> whole =
        Mono.usingWhen(
                begin(disk, turn, commits),
                work,
                Transaction::commit,
                (transaction, error) -> transaction.rollback(),
                Transaction::rollback)
            .doOnDiscard(Transaction.class, Transaction::end)
            .contextWrite(context -> context.put(INSIDE, true));
    return outsideOnly().then(whole);
  }

  /** Fails inside a transaction's work: waiting there for another turn would be for ever. */
  static Mono<Void> outsideOnly() {
    return Mono.deferContextual(
        context ->
            context.hasKey(INSIDE)
                ? Mono.error(
                    () -> new IllegalStateException("Use the stores that the transaction hands in"))
                : Mono.empty());
  }

  private static Mono<Transaction> begin(Disk disk, WriteTurn turn, Commits commits) {
    return Mono.create(sink -> turn.enqueue(new Begin(sink, disk, turn, commits)));
  }

  private Mono<Void> commit() {
    return Mono.<Void>create(
            sink -> {
              if (!ended.compareAndSet(false, true)) {
                sink.error(new UnavailableException("The transaction was cancelled"));
                return;
              }
              commits.commit(edit.draft(), failed -> finish(sink, failed));
              turn.release();
            })
        .publishOn(disk.scheduler());
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
    if (ended.compareAndSet(false, true)) {
      turn.release();
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
    return disk.run(
        () -> {
          requireLive();
          return look.at(edit);
        });
  }

  @Override
  public <T> Flux<T> pages(Function<View, PageSource<T>> look) {
    return disk.pages(
        () -> {
          requireLive();
          return look.apply(edit);
        });
  }

  @Override
  public <T> Mono<T> write(Decision<T> decide) {
    return disk.run(
        () -> {
          requireLive();
          Edit part = edit.part();
          T value = decide.on(part);
          edit.draft().merge(part.draft());
          return value;
        });
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
      if (transaction != null) {
        transaction.end();
      }
    }

    @Override
    public boolean start() {
      UnavailableException failure = commits.failure();
      if (failure != null) {
        sink.error(failure);
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
