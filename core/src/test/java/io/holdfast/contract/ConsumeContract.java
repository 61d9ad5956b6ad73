package io.holdfast.contract;

/** What durable subscriptions promise to those who consume them. */
public interface ConsumeContract
    extends ConsumeOrderContract,
        ConsumeFailureContract,
        ConsumeTransactionContract,
        ConsumeBrokenContract,
        ConsumeControlContract {}
