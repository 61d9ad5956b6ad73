package io.holdfast.checkpoint;

import io.holdfast.Json;
import java.util.Objects;

/**
 * What a checkpoint saves.
 *
 * @param state what the workflow needs to go on
 * @param metadata what people need to find the right one; kept in listings
 */
public record CheckpointContent(Json state, Json metadata) {

  /** Requires both. */
  public CheckpointContent {
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(metadata, "metadata");
  }

  /** A state without metadata. */
  public static CheckpointContent of(Json state) {
    return new CheckpointContent(state, Json.EMPTY);
  }
}
