package io.holdfast.migration.proof;

import io.holdfast.RecordKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** Hashes the canonical form of records, batch by batch. Not thread safe. */
public final class RecordHash<R> {

  private final RecordKind<R> kind;
  private final MessageDigest sha256 = newSha256();
  private long bytes;

  /** For records of {@code kind}. */
  public RecordHash(RecordKind<R> kind) {
    this.kind = kind;
  }

  /** The SHA-256 of each record's canonical form. */
  public List<byte[]> all(List<R> records) {
    List<byte[]> hashes = new ArrayList<>(records.size());
    for (R record : records) {
      byte[] canonical = kind.canonical(record);
      bytes += canonical.length;
      hashes.add(sha256.digest(canonical));
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
