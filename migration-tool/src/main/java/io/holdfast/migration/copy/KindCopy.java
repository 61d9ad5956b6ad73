package io.holdfast.migration.copy;

import java.time.Duration;

/**
 * How the copy of one kind went.
 *
 * @param kind the name of the kind
 * @param read how many records the source gave
 * @param written how many of them the target did not have yet
 * @param took how long it took
 */
public record KindCopy(String kind, long read, long written, Duration took) {

  /** How many records the target had already. */
  public long present() {
    return read - written;
  }
}
