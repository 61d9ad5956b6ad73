package io.holdfast.file;

import io.holdfast.StorageException;
import io.holdfast.file.WriteTurn.Request;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The storage itself: each write is a commit of its own. */
final class RootScope implements Scope {

  private final Disk disk;
  private final State state;
  private final WriteTurn turn;
  private final Commits commits;

  RootScope(Disk disk, State state, WriteTurn turn, Commits commits) {
    this.disk = disk;
    this.state = state;
    this.turn = turn;
    this.commits = commits;
  }

  @Override
  public <T> Mono<T> read(Look<T> look) {
    return Transaction.outside(turn)
        .then(
            disk.run(
                () -> {
                  disk.requireOpen();
                  return look.at(state.view());
                }));
  }

  @Override
  public <T> Flux<T> pages(Function<View, PageSource<T>> look) {
    return Transaction.outside(turn).thenMany(disk.pages(() -> look.apply(state.view())));
  }

  @Override
  public <T> Mono<T> write(Decision<T> decide) {
    return Transaction.outside(turn)
        .then(Mono.<T>create(sink -> turn.enqueue(new Write<>(sink, decide))))
        .publishOn(disk.scheduler());
  }

  /** One write: decides at its turn, answers once that is durable. */
  private final class Write<T> implements Request {

    private final MonoSink<T> sink;
    private final Decision<T> decide;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    Write(MonoSink<T> sink, Decision<T> decide) {
      this.sink = sink.onCancel(this::cancel);
      this.decide = decide;
    }

    private void cancel() {
      cancelled.set(true);
      turn.cancel(this);
    }

    @Override
    public boolean start() {
      StorageException refusal = commits.refusal();
      if (refusal != null) {
        sink.error(refusal);
      } else if (!cancelled.get()) {
        decide();
      }
      return false;
    }

    private void decide() {
      Edit edit = commits.edit();
      try {
        T value = decide.on(edit);
        commits.commit(edit.draft(), answer(value));
      } catch (Throwable e) {
        Throwable problem = disk.translate(e);
        // A refusal may rest on what is decided but not durable yet.
        commits.commit(new Draft(null), failed -> sink.error(failed == null ? problem : failed));
      }
    }

    private Consumer<@Nullable Throwable> answer(@Nullable T value) {
      return failed -> {
        if (failed == null) {
          sink.success(value);
        } else {
          sink.error(failed);
        }
      };
    }

    @Override
    public void refuse() {
      sink.error(disk.closed());
    }
  }
}
