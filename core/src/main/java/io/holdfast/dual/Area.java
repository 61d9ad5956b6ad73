package io.holdfast.dual;

import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * What a write may change, or an answer rests on: one record, the records of one kind that belong
 * to one thing, or all of a kind.
 */
record Area(RecordKind<?> kind, Extent extent, RecordKey key) {

  /** So many single records of one write are named; of more, only what they have in common. */
  static final int NAMED_MAX = 1_000;

  private static final RecordKey ANY = RecordKey.of("*");

  enum Extent {
    ONE,
    GROUP,
    ALL
  }

  static Area one(RecordKind<?> kind, RecordKey key) {
    return new Area(kind, Extent.ONE, key);
  }

  static Area one(RecordKind<?> kind, String id) {
    return one(kind, RecordKey.of(id));
  }

  static Area one(RecordKind<?> kind, String first, String second) {
    return one(kind, new RecordKey(first, second));
  }

  /** All that have {@code first} as the first part of their keys. */
  static Area group(RecordKind<?> kind, String first) {
    return new Area(kind, Extent.GROUP, RecordKey.of(first));
  }

  static Area all(RecordKind<?> kind) {
    return new Area(kind, Extent.ALL, ANY);
  }

  /** Each of {@code items}, or {@code whole} if that are too many to be named. */
  static <T> List<Area> each(Collection<T> items, Area whole, Function<T, Area> area) {
    return items.size() > NAMED_MAX ? List.of(whole) : items.stream().map(area).distinct().toList();
  }

  boolean isOne() {
    return extent == Extent.ONE;
  }

  @Override
  public String toString() {
    return extent == Extent.ALL ? "all" : extent == Extent.GROUP ? key.first() + "/*" : "" + key;
  }
}
