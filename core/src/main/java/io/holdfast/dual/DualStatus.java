package io.holdfast.dual;

import io.holdfast.Position;
import java.time.Duration;
import java.util.Optional;

/**
 * How two sides stand to each other.
 *
 * @param mode what is done with reads
 * @param head the position of the leading side's last event
 * @param followed up to where the following side has them
 * @param pending how many records, or groups of records, are still to be copied or looked at again
 * @param lag for how long the following side has lacked something by now; zero if it lacks nothing
 *     that this process knows of
 * @param divergences how many answers differed
 * @param problem why the following side did not take something the last time; empty once it does
 */
public record DualStatus(
    DualMode mode,
    Position head,
    Position followed,
    int pending,
    Duration lag,
    long divergences,
    Optional<String> problem) {}
