package io.holdfast.postgres;

import io.holdfast.event.AppendResult;
import io.holdfast.event.EventBatch;
import reactor.core.publisher.MonoSink;

/** The append of one caller. */
final class CallerAppend extends AppendRequest {

  private final MonoSink<AppendResult> caller;

  CallerAppend(EventBatch batch, MonoSink<AppendResult> caller) {
    super(batch);
    this.caller = caller;
  }

  /** A caller that is gone by now does not know whether it was sent: so it is. */
  @Override
  boolean isWanted() {
    return true;
  }

  @Override
  boolean keepsItsTurn() {
    return false;
  }

  @Override
  boolean needsPlaces() {
    return true;
  }

  @Override
  void tellWritten(Places places) {
    caller.success(places.result(batch(), false));
  }

  @Override
  void tellAnswered(AppendResult result) {
    caller.success(result);
  }

  @Override
  void tellFailed(Throwable error) {
    caller.error(error);
  }
}
