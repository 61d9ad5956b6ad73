package io.holdfast.migration.verify;

import io.holdfast.RecordKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Hashes the canonical form of records, batch by batch. Not thread safe: one for each side. */
final class RecordHash<R> {

  private final RecordKind<R> kind;
  private final Side side;
  private final MessageDigest sha256 = newSha256();

  RecordHash(RecordKind<R> kind, Side side) {
    this.kind = kind;
    this.side = side;
  }

  List<HashedRecord<R>> all(List<R> records) {
    List<HashedRecord<R>> hashed = new ArrayList<>(records.size());
    for (R record : records) {
      byte[] canonical = kind.encode(record).canonical();
      hashed.add(new HashedRecord<>(side, record, sha256.digest(canonical)));
    }
    return hashed;
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
