package io.holdfast.contract;

/** What {@link io.holdfast.UnifiedStorage#inTransaction} promises, by topic. */
public interface TransactionContract
    extends TransactionAtomicityContract,
        TransactionDeletionContract,
        TransactionEventsContract,
        TransactionVisibilityContract,
        TransactionConcurrencyContract,
        TransactionIsolationContract,
        TransactionLimitContract,
        TransactionFenceContract {}
