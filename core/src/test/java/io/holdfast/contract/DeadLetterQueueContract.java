package io.holdfast.contract;

import io.holdfast.deadletter.DeadLetterQueue;

/** What a {@link DeadLetterQueue} promises, by topic. */
public interface DeadLetterQueueContract
    extends DeadLetterAddContract,
        DeadLetterClaimContract,
        DeadLetterSettleContract,
        DeadLetterListContract,
        DeadLetterFindContract,
        DeadLetterChoiceContract,
        DeadLetterBatchContract,
        DeadLetterPatternContract,
        DeadLetterRedriveContract,
        DeadLetterCapacityContract,
        DeadLetterExportContract,
        ReprocessContract,
        ReprocessLossContract {}
