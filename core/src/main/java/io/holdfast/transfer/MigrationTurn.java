package io.holdfast.transfer;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import java.time.Duration;

/**
 * A wish to work on the migration from one source.
 *
 * @param source what is copied: the URL without a password; not empty
 * @param holder who works on it; not empty, and no other process has the same
 * @param lease for how long others keep out after each sign of life; 1 ms to 1 hour
 */
public record MigrationTurn(String source, String holder, Duration lease) {

  private static final Duration LEASE_MAX = Duration.ofHours(1);

  /** Checks all of it. */
  public MigrationTurn {
    MigrationRun.checkSource(source);
    Names.check("holder", holder);
    if (lease.compareTo(Duration.ofMillis(1)) < 0 || lease.compareTo(LEASE_MAX) > 0) {
      throw new InvalidInputException("lease", "1 ms to 1 hour, was " + lease);
    }
  }
}
