package io.holdfast.file;

import io.holdfast.file.Draft.StagedDocument;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** The catalog's entries with staged ones over them, in the order of the keys. */
final class MergedEntries implements Iterable<Map.Entry<DocumentKey, Note>> {

  private final NavigableMap<DocumentKey, Note> settled;
  private final NavigableMap<DocumentKey, StagedDocument> staged;
  private final boolean descending;

  private MergedEntries(
      NavigableMap<DocumentKey, Note> settled,
      NavigableMap<DocumentKey, StagedDocument> staged,
      boolean descending) {
    this.settled = settled;
    this.staged = staged;
    this.descending = descending;
  }

  MergedEntries(
      NavigableMap<DocumentKey, Note> settled, NavigableMap<DocumentKey, StagedDocument> staged) {
    this(settled, staged, false);
  }

  /** The same entries, last first. */
  MergedEntries reversed() {
    return new MergedEntries(settled.descendingMap(), staged.descendingMap(), !descending);
  }

  private boolean isBefore(DocumentKey left, DocumentKey right) {
    return descending ? right.compareTo(left) < 0 : left.compareTo(right) < 0;
  }

  @Override
  public Iterator<Map.Entry<DocumentKey, Note>> iterator() {
    return staged.isEmpty() ? settled.entrySet().iterator() : new Merge();
  }

  private final class Merge implements Iterator<Map.Entry<DocumentKey, Note>> {

    private final Iterator<Map.Entry<DocumentKey, Note>> below = settled.entrySet().iterator();
    private final Iterator<Map.Entry<DocumentKey, StagedDocument>> above =
        staged.entrySet().iterator();
    private Map.@Nullable Entry<DocumentKey, Note> nextBelow = step(below);
    private Map.@Nullable Entry<DocumentKey, StagedDocument> nextAbove = step(above);

    @Override
    public boolean hasNext() {
      // What is staged counts alone where both have a key; a deletion counts as nothing.
      while (nextAbove != null) {
        if (nextBelow != null && isBefore(nextBelow.getKey(), nextAbove.getKey())) {
          return true;
        }
        if (nextBelow != null && nextBelow.getKey().equals(nextAbove.getKey())) {
          nextBelow = step(below);
        }
        if (nextAbove.getValue().json() != null) {
          return true;
        }
        nextAbove = step(above);
      }
      return nextBelow != null;
    }

    @Override
    public Map.Entry<DocumentKey, Note> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Map.Entry<DocumentKey, Note> under = nextBelow;
      Map.Entry<DocumentKey, StagedDocument> over = nextAbove;
      if (under != null && (over == null || isBefore(under.getKey(), over.getKey()))) {
        nextBelow = step(below);
        return under;
      }
      if (over == null) {
        throw new NoSuchElementException();
      }
      nextAbove = step(above);
      return Map.entry(over.getKey(), over.getValue().note());
    }

    private static <E> @Nullable E step(Iterator<E> entries) {
      return entries.hasNext() ? entries.next() : null;
    }
  }
}
