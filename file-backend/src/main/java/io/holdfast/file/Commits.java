package io.holdfast.file;

import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: while one group is being written, the next one gathers. Nobody is told of a result
 * before everything that it rests on is on the disk. After a failed write nothing is written any
 * more.
 */
final class Commits {

  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final long GATHERED_BYTES_MAX = 32 << 20;

  private final Disk disk;
  private final Journal journal;
  private final State state;
  private final Applier applier;

  /** Called when a group is done, and when there will be no more. */
  private final Runnable afterGroup;

  private Group gathering = new Group(new Draft(null));
  private @Nullable Group writing;
  private @Nullable UnavailableException failure;
  private boolean broken;

  /** A draft, and who waits for it; they are handed a failure, or nothing. */
  private record Group(Draft draft, List<Consumer<@Nullable Throwable>> waiters) {

    Group(Draft draft) {
      this(draft, new ArrayList<>());
    }

    void finish(@Nullable Throwable failure) {
      waiters.forEach(waiter -> waiter.accept(failure));
    }
  }

  Commits(Disk disk, Journal journal, State state, Applier applier, Runnable afterGroup) {
    this.disk = disk;
    this.journal = journal;
    this.state = state;
    this.applier = applier;
    this.afterGroup = afterGroup;
  }

  /** An edit over everything that was decided so far; for the holder of the write turn. */
  synchronized Edit edit() {
    return Edit.over(state, gathering.draft());
  }

  synchronized boolean isCrowded() {
    return failure == null && gathering.draft().bytes() > GATHERED_BYTES_MAX;
  }

  synchronized @Nullable UnavailableException failure() {
    return failure;
  }

  /** Why nobody may begin to write; {@code null} if they may. */
  @Nullable StorageException refusal() {
    UnavailableException failed = failure();
    return failed == null ? state.movedAway() : failed;
  }

  /** True if the files may be half written; closing alone does not make it so. */
  synchronized boolean isBroken() {
    return broken;
  }

  /**
   * Commits {@code draft}, which may be empty, and calls {@code waiter} once it and everything
   * before it is durable, or cannot be made so. For the holder of the write turn.
   */
  void commit(Draft draft, Consumer<@Nullable Throwable> waiter) {
    if (!join(draft, waiter)) {
      waiter.accept(failure());
    }
  }

  private synchronized boolean join(Draft draft, Consumer<@Nullable Throwable> waiter) {
    if (failure != null) {
      return false;
    }
    if (!draft.isEmpty()) {
      gathering.draft().merge(draft);
    }
    if (!gathering.draft().isEmpty()) {
      gathering.waiters().add(waiter);
    } else if (writing != null) {
      writing.waiters().add(waiter);
    } else {
      return false;
    }
    if (writing == null) {
      writeGathered();
    }
    return true;
  }

  private synchronized void writeGathered() {
    Group group = gathering;
    gathering = new Group(new Draft(group.draft()));
    writing = group;
    if (!disk.onWriter(() -> write(group))) {
      throw new IllegalStateException("The writer's thread ended before its work");
    }
  }

  private void write(Group group) {
    try {
      journal.append(group.draft(), state.segments());
      applier.apply(group.draft());
      written();
      group.finish(null);
      SessionNews.tell(state.watches(), group.draft());
      afterGroup.run();
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
      group.finish(failure());
    }
  }

  private synchronized void written() {
    gathering.draft().settle();
    writing = null;
    if (!gathering.draft().isEmpty()) {
      writeGathered();
    }
  }

  /** Refuses everything from now on: what is on the disk is no longer known. */
  void fail(Throwable cause) {
    LOG.error(
        "Cannot write to {} any more; open it again once that is mended", state.root(), cause);
    synchronized (this) {
      broken = true;
    }
    refuse(
        new UnavailableException(
            "Storage in " + state.root() + " refuses writes after a failed one: " + cause, cause));
  }

  /** Fails who has not been written yet. */
  void refuse(UnavailableException reason) {
    Group abandoned;
    synchronized (this) {
      failure = failure == null ? reason : failure;
      abandoned = gathering;
      gathering = new Group(new Draft(null));
    }
    abandoned.finish(reason);
    afterGroup.run();
  }
}
