package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads documents one after the other, picking what is wanted of each. */
final class DocumentPages<T> implements PageSource<T> {

  private final View view;
  private final Shelf<?> shelf;
  private final Iterator<DocumentKey> keys;
  private final Picker<T> picker;
  private final Damage damage;
  private long left;

  /** Makes something of a document; {@code null} if it is not wanted. */
  interface Picker<T> {

    @Nullable T pick(DocumentKey key, Json json) throws IOException;
  }

  /** Emits at most {@code limit}. */
  DocumentPages(
      View view, Shelf<?> shelf, Iterator<DocumentKey> keys, long limit, Picker<T> picker) {
    this(view, shelf, keys, limit, picker, Damage.FAILS);
  }

  DocumentPages(
      View view,
      Shelf<?> shelf,
      Iterator<DocumentKey> keys,
      long limit,
      Picker<T> picker,
      Damage damage) {
    this.view = view;
    this.shelf = shelf;
    this.keys = keys;
    this.left = limit;
    this.picker = picker;
    this.damage = damage;
  }

  @Override
  public Page<T> next() throws IOException {
    List<T> items = new ArrayList<>();
    long bytes = 0;
    int read = 0;
    while (left > 0 && keys.hasNext() && read < Page.ITEMS_MAX && bytes < Page.BYTES_MAX) {
      DocumentKey key = keys.next();
      read++;
      try {
        bytes += read(key, items);
      } catch (CorruptDataException e) {
        damage.is(e);
      }
    }
    return new Page<>(items, left == 0 || !keys.hasNext());
  }

  /** How large the document is. */
  private int read(DocumentKey key, List<T> items) throws IOException {
    Json json = view.raw(shelf, key);
    if (json == null) {
      // It was deleted meanwhile.
      return 0;
    }
    T item = picker.pick(key, json);
    if (item != null) {
      items.add(item);
      left--;
    }
    return json.sizeBytes();
  }
}
