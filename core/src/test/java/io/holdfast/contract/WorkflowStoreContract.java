package io.holdfast.contract;

import io.holdfast.workflow.WorkflowStore;

/** What a {@link WorkflowStore} promises, by topic. */
public interface WorkflowStoreContract
    extends WorkflowWriteContract,
        WorkflowListContract,
        WorkflowExecutionContract,
        WorkflowSummaryContract,
        WorkflowPruneContract {}
