package io.holdfast.migration.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.transfer.KindSum;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KindTreeTest {

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<byte[]> leaves(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> sha256().digest(Integer.toString(i).getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  private static KindSum sum(List<byte[]> leaves) {
    KindTree tree = new KindTree("things");
    leaves.forEach(tree::add);
    return tree.sum();
  }

  /** As the definition says it, with everything in memory. */
  private static String byDefinition(List<byte[]> leaves) {
    MessageDigest top = sha256();
    for (int from = 0; from < leaves.size(); from += 1_000) {
      MessageDigest branch = sha256();
      leaves.subList(from, Math.min(leaves.size(), from + 1_000)).forEach(branch::update);
      top.update(branch.digest());
    }
    return HexFormat.of().formatHex(top.digest());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 999, 1_000, 1_001, 1_999, 2_000, 2_001, 5_432})
  void is_as_it_is_defined(int count) {
    assertThat(sum(leaves(count)))
        .isEqualTo(new KindSum("things", count, byDefinition(leaves(count))));
  }

  @Test
  void sees_one_that_is_lost_doubled_changed_or_moved() {
    List<byte[]> leaves = leaves(2_500);
    List<byte[]> lost = new ArrayList<>(leaves);
    lost.remove(1_000);
    List<byte[]> doubled = new ArrayList<>(leaves);
    doubled.add(999, doubled.get(999));
    List<byte[]> changed = new ArrayList<>(leaves);
    changed.set(2_499, changed.get(2_499).clone());
    changed.get(2_499)[31] ^= 1;
    List<byte[]> moved = new ArrayList<>(leaves);
    Collections.swap(moved, 999, 1_000);

    assertThat(List.of(sum(lost), sum(doubled), sum(changed), sum(moved)))
        .extracting(KindSum::sha256)
        .doesNotHaveDuplicates()
        .doesNotContain(sum(leaves).sha256());
  }

  @Test
  void a_root_is_over_the_kinds_that_have_records_in_any_order() {
    KindSum one = new KindSum("a", 1, sum(leaves(1)).sha256());
    KindSum other = new KindSum("b", 2, sum(leaves(2)).sha256());
    KindSum none = new KindSum("c", 0, sum(leaves(0)).sha256());

    assertThat(Root.of(List.of(other, none, one))).isEqualTo(Root.of(List.of(one, other)));
    assertThat(Root.of(List.of(one, new KindSum("b", 3, other.sha256()))))
        .isNotEqualTo(Root.of(List.of(one, other)));
    assertThat(Root.of(List.of()).sha256()).startsWith("e3b0c442");
  }
}
