package io.holdfast.migration.verify;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** What one side has shown so far. */
final class SideContent<R> {

  private final MessageDigest sha256 = RecordHash.newSha256();
  private long records;
  private @Nullable R last;

  /** Counts {@code next} in and returns the record before it. */
  @Nullable R add(HashedRecord<R> next) {
    R before = last;
    last = next.record();
    records++;
    sha256.update(next.sha256());
    return before;
  }

  /** The sum of it; to be asked for once, at the end. */
  Comparison.Content sum() {
    return new Comparison.Content(records, HexFormat.of().formatHex(sha256.digest()));
  }
}
