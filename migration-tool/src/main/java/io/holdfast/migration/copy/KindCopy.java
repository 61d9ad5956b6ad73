package io.holdfast.migration.copy;

import io.holdfast.transfer.KindSum;
import java.time.Duration;

/**
 * How the copy of one kind went.
 *
 * @param source what the source gave
 * @param written how many of its records the target did not have yet
 * @param trusted how many were in chunks that were copied before, and not offered to it again
 * @param took how long it took
 */
public record KindCopy(KindSum source, long written, long trusted, Duration took) {

  /** The name of the kind. */
  public String kind() {
    return source.kind();
  }

  /** How many records the source gave. */
  public long read() {
    return source.records();
  }

  /** How many records the target had already. */
  public long present() {
    return read() - written;
  }

  KindCopy in(Duration took) {
    return new KindCopy(source, written, trusted, took);
  }

  /** This, after {@code before} of the same kind. */
  public KindCopy after(KindCopy before) {
    return new KindCopy(source, written + before.written, trusted, took.plus(before.took));
  }
}
