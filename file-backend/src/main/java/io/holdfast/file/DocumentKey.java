package io.holdfast.file;

import io.holdfast.Names;
import java.util.Comparator;

/** Names a document within its shelf: one id, or two of which the first names a directory. */
record DocumentKey(String first, String second) implements Comparable<DocumentKey> {

  private static final Comparator<DocumentKey> ORDER =
      Comparator.comparing(DocumentKey::first, Names.ORDER)
          .thenComparing(DocumentKey::second, Names.ORDER);

  static DocumentKey of(String id) {
    return new DocumentKey(id, "");
  }

  @Override
  public int compareTo(DocumentKey other) {
    return ORDER.compare(this, other);
  }
}
