package io.holdfast.migration.export;

import io.holdfast.CorruptDataException;
import io.holdfast.RecordKind;
import org.jspecify.annotations.Nullable;

/** Makes sure that records come in the order of their kind, and none twice. */
final class Ascending<R> {

  private final RecordKind<R> kind;
  private @Nullable R last;

  Ascending(RecordKind<R> kind) {
    this.kind = kind;
  }

  /** Fails with {@link CorruptDataException} if {@code next} does not come after the one before. */
  void require(R next) {
    R before = last;
    if (before != null && kind.order().compare(before, next) >= 0) {
      throw new CorruptDataException(
          "The order of " + kind.name(), kind.key(next) + " comes after " + kind.key(before));
    }
    last = next;
  }
}
