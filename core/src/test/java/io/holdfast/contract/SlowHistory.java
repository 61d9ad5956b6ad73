package io.holdfast.contract;

import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import java.time.Duration;
import java.util.Arrays;
import reactor.core.publisher.Flux;

/**
 * The history by which the room of checkpoints is measured: versions of a state of 1 MB, of whose
 * 1,000 members ten change each time.
 */
public final class SlowHistory {

  /** Whose it is. */
  public static final WorkflowId WORKFLOW = new WorkflowId("slow");

  private static final int READS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private SlowHistory() {}

  /** The most that so many versions may take: 40 MB for a thousand. */
  public static long bytesMax(int versions) {
    return 1_500_000 + 38_500L * versions;
  }

  /** Saves {@code versions} of it; the last one. */
  public static Checkpoint save(UnifiedStorage storage, int versions) {
    SlowState state = new SlowState(1_000, 1_000, 42);
    Checkpoint last =
        Flux.range(0, versions)
            .concatMap(
                version -> {
                  state.change(version == 0 ? 0 : 10);
                  return storage.checkpoints().append(WORKFLOW, version, state.content());
                },
                0)
            .blockLast(PATIENCE);
    if (last == null || last.version() != versions) {
      throw new AssertionError("saved up to " + last);
    }
    return last;
  }

  /** How long a read of the latest takes: a sentence, for people. */
  public static String latency(UnifiedStorage storage) {
    long[] nanos = new long[READS];
    for (int i = -READS; i < READS; i++) {
      long start = System.nanoTime();
      Await.value(storage.checkpoints().findLatest(WORKFLOW));
      if (i >= 0) {
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return "findLatest of 1 MB: p50 %.1f ms, p99 %.1f ms, max %.1f ms"
        .formatted(nanos[READS / 2] / 1e6, nanos[READS * 99 / 100] / 1e6, nanos[READS - 1] / 1e6);
  }
}
