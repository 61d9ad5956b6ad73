package io.holdfast.migration.prodigy;

/**
 * A file of events.
 *
 * @param file where it is
 * @param firstLine the number of its first line among all lines of all files
 */
record EventFile(StoreFile file, long firstLine) {}
