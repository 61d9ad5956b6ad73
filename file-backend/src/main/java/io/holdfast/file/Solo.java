package io.holdfast.file;

import io.holdfast.StorageException;
import java.io.IOException;
import java.util.Optional;
import reactor.core.publisher.MonoSink;

/** Work that is done on the writer's thread while nothing else is written, and who waits for it. */
final class Solo<T> {

  private final Disk disk;
  private final Commits commits;
  private final MonoSink<T> sink;
  private final Work<T> work;

  Solo(Disk disk, Commits commits, MonoSink<T> sink, Work<T> work) {
    this.disk = disk;
    this.commits = commits;
    this.sink = sink;
    this.work = work;
  }

  /** Does the work. */
  void run() {
    var unused = answer(() -> Optional.of(work.run()));
  }

  /** Does the work between a checkpoint and a new index; false while another one is under way. */
  boolean isSettled(Checkpointer checkpointer) {
    return answer(() -> checkpointer.settle(work));
  }

  /** A refusal leaves the storage as it is; any other failure ends all writing. */
  private boolean answer(Work<Optional<T>> attempt) {
    if (commits.refusal() != null) {
      refuse();
      return true;
    }
    try {
      Optional<T> value = attempt.run();
      value.ifPresent(sink::success);
      return value.isPresent();
    } catch (StorageException e) {
      sink.error(e);
    } catch (IOException | RuntimeException | Error e) {
      commits.fail(e);
      refuse();
    }
    return true;
  }

  /** There is no writing any more. */
  void refuse() {
    Throwable refusal = commits.refusal();
    sink.error(refusal == null ? disk.closed() : refusal);
  }
}
