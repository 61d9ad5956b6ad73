package io.holdfast.deadletter;

import java.time.Instant;
import java.util.List;

/**
 * What dead letters have in common.
 *
 * @param total how many there are
 * @param groups those of one signature, the largest group first, then by signature
 * @param errorTypes how many failed with which type of error last, the most frequent first
 * @param hours how many failed last in which hour, UTC; the newest hours, the oldest of them first
 */
public record DeadLetterPatterns(
    long total, List<Group> groups, List<TypeCount> errorTypes, List<HourCount> hours) {

  /** How many samples a group has at most. */
  public static final int SAMPLES_MAX = 3;

  /** Copies the lists. */
  public DeadLetterPatterns {
    groups = List.copyOf(groups);
    errorTypes = List.copyOf(errorTypes);
    hours = List.copyOf(hours);
  }

  /**
   * Those whose newest failure has one signature.
   *
   * @param signature the signature
   * @param count how many there are
   * @param first when the first of them failed last
   * @param last when the last of them failed last
   * @param samples the first {@value #SAMPLES_MAX} of them, by key
   */
  public record Group(
      String signature, long count, Instant first, Instant last, List<DeadLetterKey> samples) {

    /** Copies the list. */
    public Group {
      samples = List.copyOf(samples);
    }
  }

  /** How many failed with this type of error last. */
  public record TypeCount(String errorType, long count) {}

  /** How many failed last in the hour that begins then. */
  public record HourCount(Instant hour, long count) {}
}
