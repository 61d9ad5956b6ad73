package io.holdfast.checkpoint;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes old checkpoints away, of all workflows. Only a page of them is in memory at a time, without
 * their states, and each step is a transaction of its own, unless the store is that of a
 * transaction. Saves may go on meanwhile. When it fails or is cancelled, what was deleted by then
 * is gone, and repeating goes on with the rest.
 */
public final class CheckpointCleanup {

  private CheckpointCleanup() {}

  /**
   * Deletes what {@code retention} does not keep of each workflow, one workflow after the other;
   * the newest of each stays. Fails with {@link CorruptDataException} if the newest one of a
   * workflow is damaged.
   *
   * @return how many were deleted; never empty
   */
  public static Mono<Long> prune(CheckpointStore store, CheckpointRetention retention) {
    Objects.requireNonNull(retention, "retention");
    return workflows(store)
        .concatMap(workflow -> pruneIfAny(store, workflow, retention), 0)
        .reduce(0L, Long::sum);
  }

  /** A workflow that has nothing to lose is only looked at. */
  private static Mono<Long> pruneIfAny(
      CheckpointStore store, WorkflowId workflow, CheckpointRetention retention) {
    return store
        .listPrunable(workflow, retention, 1)
        .hasElements()
        .flatMap(any -> any ? store.prune(workflow, retention) : Mono.just(0L));
  }

  /**
   * What {@link #prune} would delete now, by workflow, the newest first; of each workflow at most
   * {@value Paging#LIMIT_MAX}. Empty if nothing. Fails with {@link CorruptDataException} at one
   * that is damaged.
   */
  public static Flux<CheckpointInfo> listPrunable(
      CheckpointStore store, CheckpointRetention retention) {
    Objects.requireNonNull(retention, "retention");
    return workflows(store)
        .concatMap(workflow -> store.listPrunable(workflow, retention, Paging.LIMIT_MAX), 0);
  }

  private static Flux<WorkflowId> workflows(CheckpointStore store) {
    Objects.requireNonNull(store, "store");
    return CheckpointPages.of(
            last -> store.listLatest(last == null ? null : last.workflow(), CheckpointPages.SIZE))
        .map(CheckpointInfo::workflow);
  }

  /**
   * Deletes all but the newest {@code keep} of all workflows together, by when they were saved:
   * also the newest one of a workflow that has saved nothing for long. A workflow that has lost all
   * of them goes on with the next version. None goes of which an older version stays, also if a
   * clock went back between them, or a transaction was long. A step is up to {@value
   * CheckpointPages#SIZE} of one workflow. Fails with {@link InvalidInputException} if {@code keep}
   * is below 1, and with {@link CorruptDataException} at one that is damaged.
   *
   * @return how many were deleted; never empty
   */
  public static Mono<Long> keepNewest(CheckpointStore store, int keep) {
    return listBeyondNewest(store, keep)
        .buffer(CheckpointPages.SIZE)
        .concatMap(page -> delete(store, page), 0)
        .reduce(0L, Long::sum);
  }

  /**
   * What {@link #keepNewest} would delete now, the last saved first; empty if nothing. Fails as it
   * does.
   */
  public static Flux<CheckpointInfo> listBeyondNewest(CheckpointStore store, int keep) {
    Objects.requireNonNull(store, "store");
    if (keep < 1) {
      throw new InvalidInputException("checkpoints to keep", "must be at least 1, was " + keep);
    }
    return Flux.defer(
        () -> {
          Kept kept = new Kept(keep);
          return CheckpointPages.of(last -> newest(store, last)).filter(kept::leavesOut);
        });
  }

  /** The lowest version of each workflow that has one among the newest. */
  private static final class Kept {

    private final int most;
    private final Map<WorkflowId, Long> lowest = new HashMap<>();
    private int count;

    Kept(int most) {
      this.most = most;
    }

    boolean leavesOut(CheckpointInfo info) {
      if (count < most) {
        count++;
        lowest.merge(info.workflow(), info.version(), Math::min);
        return false;
      }
      Long kept = lowest.get(info.workflow());
      return kept == null || info.version() < kept;
    }
  }

  private static Flux<CheckpointInfo> newest(CheckpointStore store, @Nullable CheckpointInfo last) {
    return store.listNewest(last, CheckpointPages.SIZE);
  }

  private static Flux<Long> delete(CheckpointStore store, List<CheckpointInfo> page) {
    Map<WorkflowId, Set<Long>> versions = new LinkedHashMap<>();
    page.forEach(
        info ->
            versions
                .computeIfAbsent(info.workflow(), workflow -> new LinkedHashSet<>())
                .add(info.version()));
    return Flux.fromIterable(versions.entrySet())
        .concatMap(one -> store.delete(one.getKey(), one.getValue()), 0);
  }
}
