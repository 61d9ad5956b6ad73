package io.holdfast.contract;

import io.holdfast.session.SessionStore;

/** What a {@link SessionStore} promises, by topic. */
public interface SessionStoreContract
    extends SessionCreateContract,
        SessionUpdateContract,
        SessionStateContract,
        SessionListContract,
        SessionSearchContract,
        SessionStatsContract,
        SessionRunContract,
        SessionPurgeContract,
        SessionWatchContract,
        SessionFollowContract {}
