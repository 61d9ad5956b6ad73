package io.holdfast.migration.verify;

import java.util.Arrays;

/** A record of one side and the SHA-256 of its canonical form. */
final class HashedRecord<R> {

  private final Side side;
  private final R record;
  private final byte[] sha256;

  HashedRecord(Side side, R record, byte[] sha256) {
    this.side = side;
    this.record = record;
    this.sha256 = sha256;
  }

  Side side() {
    return side;
  }

  R record() {
    return record;
  }

  /** 32 bytes, not to be changed. */
  byte[] sha256() {
    return sha256;
  }

  boolean hasHashOf(HashedRecord<R> other) {
    return Arrays.equals(sha256, other.sha256);
  }
}
