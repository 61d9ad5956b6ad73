package io.holdfast.migration.prodigy;

import io.holdfast.migration.copy.Intake.Action;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The documents of one kind, one a name, in the order in which a storage exports them. */
final class Shelf<K> {

  static final String DUPLICATE = "duplicate";
  static final String OLDER_COPY = "older-copy";

  private final String kind;
  private final NavigableMap<K, Kept> kept;

  Shelf(String kind, Comparator<K> order) {
    this.kind = kind;
    this.kept = new TreeMap<>(order);
  }

  /** Of two with one name, the newer one stays; of two that are the same, the first. */
  void add(K name, Kept next, Witness witness) {
    Kept there = kept.putIfAbsent(name, next);
    if (there == null) {
      return;
    }
    if (there.digest().equals(next.digest())) {
      witness.sees(kind, Action.MERGED, DUPLICATE, next.place(), "");
      return;
    }
    boolean newer = next.time().isAfter(there.time());
    kept.put(name, newer ? next : there);
    witness.sees(kind, Action.SKIPPED, OLDER_COPY, (newer ? there : next).place(), "");
  }

  /** Says what is imported, now that nothing takes its place any more. */
  void tell(Witness witness) {
    kept.values().forEach(document -> tell(kind, document, witness));
  }

  static void tell(String kind, Kept document, Witness witness) {
    witness.sees(kind, Action.IMPORTED, "", document.place(), "");
    document
        .notes()
        .forEach(note -> witness.sees(kind, Action.NORMALISED, note, document.place(), ""));
  }

  NavigableMap<K, Kept> all() {
    return kept;
  }
}
