package io.holdfast.postgres;

import java.util.List;
import java.util.function.ToIntFunction;

/**
 * How many rows the next page asks for: few at first, then as many as fit into about four
 * megabytes, so that a page of large documents does not fill the memory and one of small ones is
 * worth its trip.
 */
final class PageSize {

  private static final int FIRST = 64;
  private static final int MAX = 4_000;
  private static final long BYTES = 4L * 1024 * 1024;

  private int rows = FIRST;

  int rows() {
    return rows;
  }

  <T> void learn(List<T> page, ToIntFunction<T> sizeBytes) {
    if (page.isEmpty()) {
      return;
    }
    long bytes = page.stream().mapToLong(sizeBytes::applyAsInt).sum();
    long fitting = BYTES * page.size() / Math.max(bytes, 1);
    rows = (int) Math.max(1, Math.min(Math.min(fitting, MAX), rows * 8L));
  }
}
