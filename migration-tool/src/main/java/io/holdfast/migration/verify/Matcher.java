package io.holdfast.migration.verify;

import io.holdfast.CorruptDataException;
import io.holdfast.RecordKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of both sides merged into one order, in which equal ones are neighbours, and
 * finds out what does not pair up. Holds two records.
 */
final class Matcher<R> {

  private final RecordKind<R> kind;
  private final SideContent<R> source;
  private final SideContent<R> target;
  private final List<Difference> first = new ArrayList<>();
  private long identical;
  private long differences;
  private @Nullable HashedRecord<R> unpaired;

  Matcher(RecordKind<R> kind) {
    this.kind = kind;
    this.source = new SideContent<>(kind.name());
    this.target = new SideContent<>(kind.name());
  }

  void add(HashedRecord<R> next) {
    HashedRecord<R> waiting = unpaired;
    if (isRepeat(next)) {
      report(next.record(), Finding.twiceIn(next.side()), null);
    } else if (waiting != null && compare(waiting.record(), next.record()) == 0) {
      unpaired = null;
      pair(waiting, next);
    } else {
      reportUnpaired();
      unpaired = next;
    }
  }

  Comparison result(Duration took) {
    reportUnpaired();
    return new Comparison(source.sum(), target.sum(), identical, differences, first, took);
  }

  /** An export that goes backwards breaks its promise, and could hide anything. */
  private boolean isRepeat(HashedRecord<R> next) {
    R before = (next.side() == Side.SOURCE ? source : target).add(next);
    int order = before == null ? -1 : compare(before, next.record());
    if (before != null && order > 0) {
      throw new CorruptDataException(
          "The order of " + kind.name(),
          kind.key(next.record()) + " comes after " + kind.key(before) + " in the " + next.side());
    }
    return order == 0;
  }

  private void pair(HashedRecord<R> one, HashedRecord<R> other) {
    if (one.hasHashOf(other)) {
      identical++;
      return;
    }
    boolean inOrder = one.side() == Side.SOURCE;
    R left = inOrder ? one.record() : other.record();
    R right = inOrder ? other.record() : one.record();
    report(left, Finding.DIFFERENT, FieldDifference.between(kind.encode(left), kind.encode(right)));
  }

  private void reportUnpaired() {
    HashedRecord<R> alone = unpaired;
    unpaired = null;
    if (alone != null) {
      report(alone.record(), Finding.onlyIn(alone.side()), null);
    }
  }

  private void report(R record, Finding finding, @Nullable FieldDifference field) {
    differences++;
    if (first.size() < Comparison.SHOWN_MAX) {
      first.add(new Difference(kind.name(), kind.key(record), finding, field));
    }
  }

  private int compare(R left, R right) {
    return kind.order().compare(left, right);
  }
}
