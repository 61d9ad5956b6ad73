package io.holdfast.subscription;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Position;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * A share of the jobs of a subscription, and how far it is.
 *
 * @param number which one, from 0
 * @param token the fencing token: only who holds the newest one moves the position
 * @param position every matching event of these jobs up to here has been handled
 */
public record Slice(int number, long token, Position position) {

  /** The number of slices, unless asked otherwise. */
  public static final int COUNT_DEFAULT = 64;

  /** The largest number of slices. */
  public static final int COUNT_MAX = 1_024;

  /** Checks the number. */
  public Slice {
    if (number < 0 || number >= COUNT_MAX) {
      throw new InvalidInputException(
          "slice", "must be 0 to " + (COUNT_MAX - 1) + ", was " + number);
    }
    Objects.requireNonNull(position, "position");
  }

  /** The same slice, further on. */
  public Slice at(Position reached) {
    return new Slice(number, token, reached);
  }

  /**
   * The slice that {@code job} belongs to, for ever: the CRC-32 (ISO-HDLC, as in gzip) of its id in
   * UTF-8, modulo the number of slices.
   */
  public static int of(JobId job, int slices) {
    CRC32 crc = new CRC32();
    crc.update(job.value().getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % slices);
  }

  /**
   * Returns {@code slices} if it is 1 to {@value #COUNT_MAX}.
   *
   * @throws InvalidInputException otherwise
   */
  static int checkCount(int slices) {
    if (slices < 1 || slices > COUNT_MAX) {
      throw new InvalidInputException("slices", "must be 1 to " + COUNT_MAX + ", was " + slices);
    }
    return slices;
  }
}
