package io.holdfast.postgres;

import io.holdfast.lock.LockName;

/**
 * News of a lock that may be free.
 *
 * @param process the voice of the process whose turn it is, as in {@link Channel}
 */
record LockCall(LockName name, String process) {}
