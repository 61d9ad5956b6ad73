package io.holdfast.checkpoint;

import io.holdfast.Json;
import io.holdfast.WorkflowId;
import java.time.Instant;

/**
 * A checkpoint without its state.
 *
 * @param workflow whose progress
 * @param version 1, 2, 3 in each workflow
 * @param createdAt when it was saved
 * @param metadata what was saved with it
 * @param sizeBytes the size of the state's canonical form
 * @param sha256 the checksum of the state's canonical form, lower-case hex
 */
public record CheckpointInfo(
    WorkflowId workflow,
    long version,
    Instant createdAt,
    Json metadata,
    long sizeBytes,
    String sha256) {}
