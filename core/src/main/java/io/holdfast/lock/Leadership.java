package io.holdfast.lock;

/** What happens to a candidate, see {@link LockStore#elect}. */
public sealed interface Leadership {

  /**
   * It leads.
   *
   * @param lease what it leads under; its token fences what it writes
   */
  record Gained(Lease lease) implements Leadership {}

  /**
   * It leads no more: the lease was lost, or may have been.
   *
   * @param lease as it was gained
   */
  record Lost(Lease lease) implements Leadership {}
}
