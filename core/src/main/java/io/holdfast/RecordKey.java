package io.holdfast;

import java.util.Objects;

/**
 * What tells a record apart from all others of its kind, in one part or in two: the id of a
 * session; the workflow and the version of a checkpoint.
 *
 * @param first the id, or what the record belongs to
 * @param second which one of those; empty if the first says it all
 */
public record RecordKey(String first, String second) {

  /** Checks both as {@link Names#check} says; the second may be empty. */
  public RecordKey {
    Names.check("record key", first);
    if (!Objects.requireNonNull(second, "second").isEmpty()) {
      Names.check("record key", second);
    }
  }

  /** In one part. */
  public static RecordKey of(String id) {
    return new RecordKey(id, "");
  }

  /** In two parts, of which the second is a version. */
  public static RecordKey of(String first, long version) {
    return new RecordKey(first, Long.toString(version));
  }

  /**
   * The second part as a version.
   *
   * @throws InvalidInputException if it is none
   */
  public long version() {
    try {
      return Long.parseLong(second);
    } catch (NumberFormatException e) {
      throw new InvalidInputException("record key", "has no version: " + this);
    }
  }

  @Override
  public String toString() {
    return second.isEmpty() ? first : first + "/" + second;
  }
}
