package io.holdfast.postgres;

/** What the stores have written, for those that wait for it. */
interface News {

  /** A lock may be free. */
  void called(LockCall call);

  /** Sessions may have changed. */
  void sessionsWritten();
}
