package io.holdfast.contract;

import io.holdfast.lock.LockStore;

/** What a {@link LockStore} promises, by topic. */
public interface LockStoreContract
    extends LockAcquireContract,
        LockLeaseContract,
        LockHolderContract,
        LockSharingContract,
        LockModelContract,
        LockFenceContract,
        LockWaitContract,
        LockOrderContract,
        LockWorkContract,
        LockElectionContract,
        LockSectionContract {}
