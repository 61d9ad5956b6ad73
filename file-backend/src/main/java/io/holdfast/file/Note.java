package io.holdfast.file;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What is kept in memory of a document, so that finding the right ones does not read all of them.
 * What the parts mean is up to the {@link Shelf}.
 */
record Note(long created, long due, int state) {

  static final Note NONE = new Note(0, 0, 0);

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
