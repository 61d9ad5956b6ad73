package io.holdfast.contract;

import io.holdfast.event.EventLog;

/** What an {@link EventLog} promises about appending and reading, by topic. */
public interface EventLogContract
    extends EventAppendContract,
        EventBatchContract,
        EventConcurrencyContract,
        EventReadContract,
        EventFilterContract,
        EventSearchContract,
        EventBulkContract {}
