package io.holdfast.contract;

/** What {@link io.holdfast.event.EventLog#subscribe} promises, by topic. */
public interface EventSubscriptionContract
    extends EventFollowContract, EventDemandContract, EventLiveContract {}
