package io.holdfast.migration.verify;

import io.holdfast.migration.proof.KindTree;
import io.holdfast.transfer.KindSum;
import org.jspecify.annotations.Nullable;

/** What one side has shown so far. */
final class SideContent<R> {

  private final KindTree tree;
  private @Nullable R last;

  SideContent(String kind) {
    this.tree = new KindTree(kind);
  }

  /** Counts {@code next} in and returns the record before it. */
  @Nullable R add(HashedRecord<R> next) {
    R before = last;
    last = next.record();
    tree.add(next.sha256());
    return before;
  }

  /** The sum of it; to be asked for once, at the end. */
  KindSum sum() {
    return tree.sum();
  }
}
