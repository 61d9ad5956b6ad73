package io.holdfast.migration.verify;

/**
 * A record of one side and the SHA-256 of its canonical form.
 *
 * @param side where it was read
 * @param record the record
 * @param sha256 32 bytes
 */
record HashedRecord<R>(Side side, R record, byte[] sha256) {}
