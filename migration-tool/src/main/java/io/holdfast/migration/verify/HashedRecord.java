package io.holdfast.migration.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A record of one side and the SHA-256 of its canonical form. */
final class HashedRecord<R> {

  private final Side side;
  private final R record;
  private final byte[] sha256;

  private HashedRecord(Side side, R record, byte[] sha256) {
    this.side = side;
    this.record = record;
    this.sha256 = sha256;
  }

  /** {@code records}, each with its hash. */
  static <R> List<HashedRecord<R>> all(Side side, List<R> records, List<byte[]> hashes) {
    List<HashedRecord<R>> hashed = new ArrayList<>(records.size());
    for (int i = 0; i < records.size(); i++) {
      hashed.add(new HashedRecord<>(side, records.get(i), hashes.get(i)));
    }
    return hashed;
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
