package io.holdfast.migration.proof;

import io.holdfast.transfer.KindSum;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * The sum of all records of one kind: a tree of SHA-256 whose leaves are the records in the order
 * of the kind, {@value #LEAVES} to a branch, and whose top is over the branches. How the records
 * were batched makes no difference. Holds two digests, however many records there are; not thread
 * safe.
 */
public final class KindTree {

  /** How many records are summed up in one branch; the last one may have fewer. */
  public static final int LEAVES = 1_000;

  private final String kind;
  private final MessageDigest branch = RecordHash.newSha256();
  private final MessageDigest top = RecordHash.newSha256();
  private long records;

  /** Of the records of {@code kind}. */
  public KindTree(String kind) {
    this.kind = kind;
  }

  /** Adds the SHA-256 of the next record. */
  public void add(byte[] sha256) {
    branch.update(sha256);
    records++;
    if (records % LEAVES == 0) {
      top.update(branch.digest());
    }
  }

  /** The sum; to be asked for once, at the end. */
  public KindSum sum() {
    if (records % LEAVES != 0) {
      top.update(branch.digest());
    }
    return new KindSum(kind, records, HexFormat.of().formatHex(top.digest()));
  }
}
