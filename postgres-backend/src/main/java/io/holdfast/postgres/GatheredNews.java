package io.holdfast.postgres;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a transaction has written, to be told once it has ended. */
final class GatheredNews implements News {

  private final List<LockCall> calls = new CopyOnWriteArrayList<>();
  private volatile boolean hasSessions;

  @Override
  public void called(LockCall call) {
    calls.add(call);
  }

  @Override
  public void sessionsWritten() {
    hasSessions = true;
  }

  List<LockCall> calls() {
    return calls;
  }

  /** Tells {@code hearer} if there is something about sessions. */
  void ofSessions(Runnable hearer) {
    if (hasSessions) {
      hearer.run();
    }
  }
}
