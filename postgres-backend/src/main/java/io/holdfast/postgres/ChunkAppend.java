package io.holdfast.postgres;

import io.holdfast.event.AppendResult;
import io.holdfast.event.EventBatch;
import io.holdfast.postgres.BulkAppend.Written;

/** A chunk of a bulk append, as one batch over all its jobs. */
final class ChunkAppend extends AppendRequest {

  private final BulkLane owner;

  ChunkAppend(EventBatch batch, BulkLane owner) {
    super(batch);
    this.owner = owner;
  }

  @Override
  boolean isWanted() {
    return owner.goesOn();
  }

  @Override
  boolean keepsItsTurn() {
    return true;
  }

  @Override
  boolean needsPlaces() {
    return false;
  }

  @Override
  void tellWritten(Places places) {
    owner.written(this, new Written(events(), places.last(events())));
  }

  @Override
  void tellAnswered(AppendResult result) {
    long last =
        result.events().stream().mapToLong(e -> Positions.number(e.position())).max().orElse(0);
    owner.written(this, new Written(events(), last));
  }

  @Override
  void tellFailed(Throwable error) {
    owner.failed(this, error);
  }
}
