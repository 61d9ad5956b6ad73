package io.holdfast.transfer;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import java.util.Arrays;

/** How far a migration is. */
public enum MigrationState {
  /** Records are being copied, or were when its process ended without a word. */
  COPYING,
  /** It was asked to stop, or stopped by itself; it can go on. */
  PAUSED,
  /** Every record of the source was copied; that the storage holds them is not proved. */
  COPIED,
  /** What is in the storage was found to be what was in the source. */
  VERIFIED;

  /**
   * For backends.
   *
   * @throws InvalidInputException for the state of a migration that somebody is at
   */
  public void requireLeft() {
    if (this == COPYING) {
      throw new InvalidInputException("state", "a migration that is left is not being copied");
    }
  }

  /**
   * The state of that name, for backends.
   *
   * @throws CorruptDataException if there is none
   */
  public static MigrationState of(String name) {
    return Arrays.stream(values())
        .filter(state -> state.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new CorruptDataException("Migration", "unknown state " + name));
  }
}
