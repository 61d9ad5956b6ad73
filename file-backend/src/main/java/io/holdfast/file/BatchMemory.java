package io.holdfast.file;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The batches that were appended last, so that repeating one returns its first result. */
final class BatchMemory {

  /** How many batches are remembered. */
  static final int BATCHES_MAX = 100_000;

  /** How many parts of batches are remembered in all: wide batches make the memory shorter. */
  private static final int PARTS_MAX = 4 * BATCHES_MAX;

  private final Map<RememberedBatch.Key, RememberedBatch> batches = new LinkedHashMap<>();
  private int parts;

  synchronized @Nullable RememberedBatch find(RememberedBatch.Key key) {
    return batches.get(key);
  }

  synchronized void add(RememberedBatch batch) {
    RememberedBatch before = batches.put(batch.key(), batch);
    parts += batch.parts().size() - (before == null ? 0 : before.parts().size());
    var oldest = batches.values().iterator();
    while (batches.size() > BATCHES_MAX || (parts > PARTS_MAX && batches.size() > 1)) {
      parts -= oldest.next().parts().size();
      oldest.remove();
    }
  }

  /** All of them, oldest first. */
  synchronized List<RememberedBatch> all() {
    return List.copyOf(batches.values());
  }
}
