package io.holdfast.migration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.proof.KindTree;
import io.holdfast.migration.proof.Root;
import io.holdfast.transfer.KindSum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/canonical-form.md} says is what the code does. */
class CanonicalFormTest {

  private static final Pattern EXAMPLE = Pattern.compile("(?m)^\\| `(.+)` \\| `(.+)` \\|$");
  private static final Pattern RECORD = Pattern.compile("```json\n(.+)\n```");

  private final String page;

  CanonicalFormTest() throws IOException {
    page = Files.readString(Path.of("..", "docs", "canonical-form.md"));
  }

  @Test
  void its_examples_are_right() {
    List<MatchResult> examples = EXAMPLE.matcher(page).results().toList();

    assertThat(examples).hasSize(6);
    assertThat(examples)
        .allSatisfy(
            example ->
                assertThat(new String(Json.of(example.group(1)).canonical(), UTF_8))
                    .isEqualTo(example.group(2)));
  }

  @Test
  void its_record_and_hashes_are_right() throws NoSuchAlgorithmException {
    String text = RECORD.matcher(page).results().findFirst().orElseThrow().group(1);
    RecordedEvent event = RecordedEvent.KIND.decode(Json.of(text));
    byte[] canonical = RecordedEvent.KIND.encode(event).canonical();
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical);
    byte[] branch = MessageDigest.getInstance("SHA-256").digest(hash);
    KindTree tree = new KindTree("events");
    tree.add(hash);
    KindSum sum = tree.sum();

    assertThat(new String(canonical, UTF_8)).isEqualTo(text);
    assertThat(page)
        .contains(HexFormat.of().formatHex(hash), HexFormat.of().formatHex(branch))
        .contains("'events 1 " + sum.sha256() + "\\n'")
        .contains("\n" + Root.of(List.of(sum)) + "  -");
  }
}
