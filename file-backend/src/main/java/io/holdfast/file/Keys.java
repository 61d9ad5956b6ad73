package io.holdfast.file;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Keys of catalog entries, chosen by their notes. */
final class Keys {

  private Keys() {}

  /** Newest first, then by key. */
  static final Comparator<Map.Entry<DocumentKey, Note>> NEWEST_FIRST =
      Comparator.<Map.Entry<DocumentKey, Note>>comparingLong(entry -> entry.getValue().created())
          .reversed()
          .thenComparing(Map.Entry::getKey);

  /** Newest first, of the same time in the reverse order of keys. */
  static final Comparator<Map.Entry<DocumentKey, Note>> LATEST_FIRST =
      Comparator.<Map.Entry<DocumentKey, Note>>comparingLong(entry -> entry.getValue().created())
          .thenComparing(Map.Entry::getKey)
          .reversed();

  /** The longest due first, then by key. */
  static final Comparator<Map.Entry<DocumentKey, Note>> LONGEST_DUE_FIRST =
      Comparator.<Map.Entry<DocumentKey, Note>>comparingLong(entry -> entry.getValue().due())
          .thenComparing(Map.Entry::getKey);

  /** Those that {@code wanted} lets through, in the order they come in, one by one. */
  static Iterator<DocumentKey> of(
      Iterator<Map.Entry<DocumentKey, Note>> entries, BiPredicate<DocumentKey, Note> wanted) {
    return new Filtered(entries, wanted);
  }

  /** Those that {@code wanted} lets through, in {@code order}; only what is taken is sorted. */
  static Iterator<DocumentKey> sorted(
      Iterator<Map.Entry<DocumentKey, Note>> entries,
      BiPredicate<DocumentKey, Note> wanted,
      Comparator<Map.Entry<DocumentKey, Note>> order) {
    PriorityQueue<Map.Entry<DocumentKey, Note>> queue = new PriorityQueue<>(order);
    while (entries.hasNext()) {
      Map.Entry<DocumentKey, Note> entry = entries.next();
      if (wanted.test(entry.getKey(), entry.getValue())) {
        queue.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    return new Draining(queue);
  }

  private record Draining(PriorityQueue<Map.Entry<DocumentKey, Note>> queue)
      implements Iterator<DocumentKey> {

    @Override
    public boolean hasNext() {
      return !queue.isEmpty();
    }

    @Override
    public DocumentKey next() {
      return queue.remove().getKey();
    }
  }

  private static final class Filtered implements Iterator<DocumentKey> {

    private final Iterator<Map.Entry<DocumentKey, Note>> entries;
    private final BiPredicate<DocumentKey, Note> wanted;
    private @Nullable DocumentKey ahead;

    Filtered(
        Iterator<Map.Entry<DocumentKey, Note>> entries, BiPredicate<DocumentKey, Note> wanted) {
      this.entries = entries;
      this.wanted = wanted;
    }

    @Override
    public boolean hasNext() {
      while (ahead == null && entries.hasNext()) {
        Map.Entry<DocumentKey, Note> entry = entries.next();
        ahead = wanted.test(entry.getKey(), entry.getValue()) ? entry.getKey() : null;
      }
      return ahead != null;
    }

    @Override
    public DocumentKey next() {
      if (!hasNext() || ahead == null) {
        throw new NoSuchElementException();
      }
      DocumentKey key = ahead;
      ahead = null;
      return key;
    }
  }
}
