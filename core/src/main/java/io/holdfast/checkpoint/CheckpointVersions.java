package io.holdfast.checkpoint;

import io.holdfast.InvalidInputException;
import io.holdfast.Paging;
import java.util.Set;

/** Which versions may be deleted together; for backends. */
public final class CheckpointVersions {

  private CheckpointVersions() {}

  /**
   * Returns a copy of {@code versions}.
   *
   * @throws InvalidInputException if there are more than {@value Paging#LIMIT_MAX}
   */
  public static Set<Long> checked(Set<Long> versions) {
    Set<Long> copy = Set.copyOf(versions);
    if (copy.size() > Paging.LIMIT_MAX) {
      throw new InvalidInputException(
          "versions to delete", "at most " + Paging.LIMIT_MAX + ", was " + copy.size());
    }
    return copy;
  }
}
