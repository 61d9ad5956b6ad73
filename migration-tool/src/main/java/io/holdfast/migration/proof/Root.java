package io.holdfast.migration.proof;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.transfer.KindSum;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A whole storage in one number: the SHA-256 over a line {@code KIND RECORDS SHA256} for each kind
 * that has records, sorted by the name of the kind. Two storages have the same root if, and as far
 * as SHA-256 tells only if, they hold the same records.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record Root(String sha256) {

  private static final Pattern LEGAL = Pattern.compile("[0-9a-f]{64}");

  /** Checks the digits. */
  public Root {
    if (!LEGAL.matcher(sha256).matches()) {
      throw new InvalidInputException("root", "must be 64 lower-case hexadecimal digits");
    }
  }

  /** Over {@code sums}, one a kind, in any order. */
  public static Root of(Collection<KindSum> sums) {
    String lines =
        sums.stream()
            .filter(sum -> sum.records() > 0)
            .sorted(Comparator.comparing(KindSum::kind, Names.ORDER))
            .map(sum -> sum.kind() + " " + sum.records() + " " + sum.sha256() + "\n")
            .collect(Collectors.joining());
    byte[] hash = RecordHash.newSha256().digest(lines.getBytes(StandardCharsets.UTF_8));
    return new Root(HexFormat.of().formatHex(hash));
  }

  @Override
  public String toString() {
    return sha256;
  }
}
