package io.holdfast.file;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Which documents there are, in memory: their keys, in order, and notes. */
final class Catalog {

  private final Map<Shelf<?>, ConcurrentSkipListMap<DocumentKey, Note>> shelves = new HashMap<>();

  Catalog() {
    Shelf.ALL.forEach(shelf -> shelves.put(shelf, new ConcurrentSkipListMap<>()));
  }

  NavigableMap<DocumentKey, Note> of(Shelf<?> shelf) {
    ConcurrentSkipListMap<DocumentKey, Note> keys = shelves.get(shelf);
    if (keys == null) {
      throw new IllegalArgumentException("No such shelf: " + shelf);
    }
    return keys;
  }

  void clear() {
    shelves.values().forEach(Map::clear);
  }
}
