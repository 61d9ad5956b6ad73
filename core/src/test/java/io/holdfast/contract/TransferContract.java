package io.holdfast.contract;

/** What {@link io.holdfast.UnifiedStorage#transfer} promises, by topic. */
public interface TransferContract
    extends TransferRecordsContract, TransferContinuationContract, TransferKeysContract {}
