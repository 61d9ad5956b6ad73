package io.holdfast.event;

import io.holdfast.InvalidInputException;

/** What a job's version has to be for an append to be accepted. */
public sealed interface ExpectedVersion {

  /** The job is at exactly this version, at least 1. */
  record Exactly(long version) implements ExpectedVersion {

    /** Rejects versions below 1; {@link #none()} is for those. */
    public Exactly {
      if (version < 1) {
        throw new InvalidInputException("expected version", "must be at least 1, was " + version);
      }
    }
  }

  /** The job has no event yet. */
  record None() implements ExpectedVersion {}

  /** The job may be at any version. */
  record Any() implements ExpectedVersion {}

  /** The job is at {@code version}; 0 means that it has no event yet. */
  static ExpectedVersion exactly(long version) {
    return version == 0 ? new None() : new Exactly(version);
  }

  /** The job has no event yet. */
  static ExpectedVersion none() {
    return new None();
  }

  /** No condition. */
  static ExpectedVersion any() {
    return new Any();
  }

  /** True if a job at {@code version} (0: no event yet) may be appended to. */
  default boolean accepts(long version) {
    if (this instanceof Exactly exactly) {
      return exactly.version() == version;
    }
    return this instanceof Any || version == 0;
  }
}
