package io.holdfast.migration.proof;

import io.holdfast.CanonicalWriter;
import io.holdfast.RecordKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Hashes the canonical form of records, batch by batch. Not thread safe. */
public final class RecordHash<R> {

  /** As long as most canonical forms are. */
  private static final int EXPECTED_BYTES = 1 << 12;

  private final RecordKind<R> kind;
  private final MessageDigest sha256 = newSha256();
  private final CanonicalWriter writer = new CanonicalWriter(EXPECTED_BYTES);
  private long bytes;

  /** For records of {@code kind}. */
  public RecordHash(RecordKind<R> kind) {
    this.kind = kind;
  }

  /** The SHA-256 of each record's canonical form. */
  public List<byte[]> all(List<R> records) {
    List<byte[]> hashes = new ArrayList<>(records.size());
    for (R record : records) {
      bytes += kind.digest(record, writer, sha256);
      hashes.add(sha256.digest());
    }
    return hashes;
  }

  /** How long the canonical forms were so far, all together. */
  public long bytes() {
    return bytes;
  }

  /** The SHA-256 over {@code hashes}, in their order. */
  public byte[] over(List<byte[]> hashes) {
    hashes.forEach(sha256::update);
    return sha256.digest();
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
