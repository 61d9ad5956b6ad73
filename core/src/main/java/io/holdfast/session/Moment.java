package io.holdfast.session;

/**
 * When the storage was looked at, by the clock of {@link SessionWatches}: somewhere between the
 * two.
 *
 * @param began nothing that was written before is missing
 * @param ended nothing that was written after is contained
 */
record Moment(long began, long ended) {

  boolean isBefore(Moment other) {
    return ended <= other.began;
  }
}
