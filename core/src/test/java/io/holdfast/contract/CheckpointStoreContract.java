package io.holdfast.contract;

import io.holdfast.checkpoint.CheckpointStore;

/** What a {@link CheckpointStore} promises, by topic. */
public interface CheckpointStoreContract
    extends CheckpointSaveContract,
        CheckpointHistoryContract,
        CheckpointContentContract,
        CheckpointRetentionContract,
        CheckpointCleanupContract,
        CheckpointDamageContract,
        CheckpointExportContract,
        CheckpointResumeContract {}
