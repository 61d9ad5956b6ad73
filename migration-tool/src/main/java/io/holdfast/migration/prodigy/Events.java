package io.holdfast.migration.prodigy;

import java.util.BitSet;
import java.util.List;

/**
 * Where all events are.
 *
 * @param directories in the order in which they were found
 * @param twins the lines that repeat an event, by their number among all lines of all files
 * @param count how many events there are without those
 * @param keepEnvironment true if snapshots of the process environment are kept
 */
record Events(
    List<EventDirectory> directories, BitSet twins, long count, boolean keepEnvironment) {}
