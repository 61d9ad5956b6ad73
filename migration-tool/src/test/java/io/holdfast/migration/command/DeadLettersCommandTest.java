package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.deadletter.Outcome;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** {@code holdfast dlq}, on files. */
class DeadLettersCommandTest {

  private static final Instant AT = Instant.parse("2026-11-20T06:58:06Z");
  private static final String CLAIMED = "i0";
  private static final String GIVEN_UP = "i1";

  @TempDir private Path directory;
  private String storage;

  /** Five of nightly: i0 is claimed, i1 was given up, i4 timed out; and one of another job. */
  @BeforeEach
  void fill() {
    storage = "file:" + directory.resolve("store");
    Commands.with(
        storage,
        opened ->
            Flux.range(0, 6)
                .concatMap(i -> opened.deadLetters().add(key(i), data(i), failure(i)))
                .thenMany(
                    opened
                        .deadLetters()
                        .claim(
                            ClaimRequest.of("worker-1", Duration.ofHours(1), 2)
                                .ofJob(new JobId("nightly"))))
                .filter(claimed -> claimed.claim().key().item().value().equals(GIVEN_UP))
                .concatMap(
                    claimed ->
                        opened
                            .deadLetters()
                            .settle(
                                claimed.claim(),
                                new Outcome.GiveUp(
                                    new Failure(2, AT, "Io", "disk full", Json.EMPTY))))
                .then());
  }

  private static DeadLetterKey key(int i) {
    return new DeadLetterKey(new JobId(i == 5 ? "other" : "nightly"), new ItemId("i" + i));
  }

  private static Json data(int i) {
    return Json.of("{\"n\":" + i + ",\"file\":\"a.rs\"}");
  }

  private static Failure failure(int i) {
    return new Failure(
        1,
        AT.plusSeconds(3_600L * i),
        i == 4 ? "Timeout" : "Io",
        i == 4 ? "no answer" : "disk full",
        Json.of("{\"agent\":" + i + "}"));
  }

  private Result dlq(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "dlq";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  private String succeed(String... args) {
    Result result = dlq(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private List<JsonNode> listed(String... conditions) {
    String[] all = new String[conditions.length + 2];
    all[0] = "list";
    all[1] = "--json";
    System.arraycopy(conditions, 0, all, 2, conditions.length);
    return succeed(all).lines().map(line -> Json.of(line).tree()).toList();
  }

  @Test
  void lists_what_there_is() {
    List<String> lines = succeed("list").lines().toList();

    assertThat(lines).hasSize(7);
    assertThat(lines.get(1))
        .matches("nightly +i0 +claimed +1 +2026-11-20T06:58:06.000000Z +Io::disk full");
    assertThat(lines.get(2)).matches("nightly +i1 +given up +2 +\\S+Z +Io::disk full");
    assertThat(lines.get(5)).matches("nightly +i4 +due +1 +\\S+Z +Timeout::no answer");
    assertThat(succeed("list", "--limit", "2").lines()).hasSize(3);
    assertThat(dlq("list", "--limit", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void lists_what_matches() {
    assertThat(listed()).hasSize(6);
    assertThat(listed("--job", "nightly")).hasSize(5);
    assertThat(listed("--job", "nightly", "--item", "i2", "--item", "i3")).hasSize(2);
    assertThat(listed("--type", "Timeout")).hasSize(1);
    assertThat(listed("--type", "Timeout", "--type", "Io")).hasSize(6);
    assertThat(listed("--signature", "Io::disk full")).hasSize(5);
    assertThat(listed("--signature-part", "no ans")).hasSize(1);
    assertThat(listed("--where", "$.file contains \".rs\"")).hasSize(6);
    assertThat(listed("--where", "$.file contains \"b\"")).isEmpty();
    assertThat(listed("--no-eligible")).hasSize(1);
    assertThat(listed("--eligible")).hasSize(5);
    assertThat(listed("--min-failures", "2")).hasSize(1);
    assertThat(listed("--max-failures", "1")).hasSize(5);
    assertThat(listed("--since", "2026-11-20T10:00:00Z")).hasSize(2);
    assertThat(listed("--until", "2026-11-20")).isEmpty();
    assertThat(listed("--where", "$.n >= 2", "--where", "$.n < 4")).hasSize(2);
    assertThat(dlq("list", "--item", "i1").exitCode()).isEqualTo(2);
    assertThat(dlq("list", "--where", "n is 1").exitCode()).isEqualTo(2);
  }

  @Test
  void lists_the_newest_failures_first() {
    assertThat(listed("--newest-first"))
        .extracting(letter -> letter.get("item").stringValue())
        .containsExactly("i5", "i4", "i3", "i2", "i1", "i0");
    assertThat(listed("--newest-first", "--limit", "1", "--until", "2026-11-20T10:00:00Z"))
        .extracting(letter -> letter.get("item").stringValue())
        .containsExactly("i3");
  }

  @Test
  void shows_one_with_its_failures() {
    assertThat(succeed("show", "nightly", GIVEN_UP))
        .contains("given up", "failure 1", "failure 2", "disk full", "{\"agent\":1}");
    assertThat(succeed("show", "nightly", CLAIMED)).contains("worker-1, token ");
    JsonNode json = Json.of(succeed("show", "nightly", GIVEN_UP, "--json").strip()).tree();
    assertThat(json.at("/failures/1/attempt").intValue()).isEqualTo(2);
    assertThat(dlq("show", "nightly", "none").exitCode()).isEqualTo(1);
  }

  @Test
  void says_what_they_have_in_common() {
    assertThat(succeed("patterns"))
        .contains("Dead letters: 6", "Io::disk full", "nightly/i0", "Timeout", "2026-11-20T06:00");
    JsonNode json = Json.of(succeed("patterns", "--json", "--job", "nightly").strip()).tree();
    assertThat(json.at("/total").intValue()).isEqualTo(5);
    assertThat(json.at("/groups/0/count").intValue()).isEqualTo(4);
    assertThat(json.at("/groups/0/samples")).hasSize(3);
    assertThat(json.at("/errorTypes/1/errorType").stringValue()).isEqualTo("Timeout");
    assertThat(json.at("/hours")).hasSize(4);
  }

  @Test
  void retries_what_was_given_up() {
    assertThat(dlq("retry", "--job", "nightly").exitCode()).as("not without consent").isEqualTo(2);
    assertThat(succeed("retry", "--job", "nightly", "--dry-run"))
        .contains("would be made claimable: 1");
    assertThat(listed("--no-eligible")).hasSize(1);

    JsonNode done = Json.of(succeed("retry", "--yes", "--json").strip()).tree();

    assertThat(done.at("/deadLetters").intValue()).isEqualTo(1);
    assertThat(done.at("/dryRun").booleanValue()).isFalse();
    assertThat(listed("--no-eligible")).isEmpty();
    assertThat(succeed("retry", "--yes")).contains(": 0 dead letters");
  }

  @Test
  void purges_what_it_was_told_to() {
    assertThat(dlq("purge", "--yes").exitCode()).as("what, everything?").isEqualTo(2);
    assertThat(dlq("purge", "--type", "Timeout").exitCode()).isEqualTo(2);
    assertThat(succeed("purge", "--type", "Timeout", "--dry-run"))
        .contains("would be deleted: 1 dead letter");
    assertThat(listed()).hasSize(6);

    assertThat(succeed("purge", "--type", "Timeout", "--yes")).contains("deleted: 1 dead letter");
    assertThat(listed()).hasSize(5);
    assertThat(succeed("purge", "--all", "--yes")).contains("deleted: 5 dead letters");
    assertThat(listed()).isEmpty();
  }

  @Test
  void exports_and_imports_them() throws Exception {
    List<JsonNode> before = listed();
    for (String name : List.of("letters.jsonl", "letters.jsonl.zst")) {
      String file = directory.resolve(name).toString();
      assertThat(succeed("export", file)).contains("exported: 6 dead letters");
      assertThat(dlq("export", file).exitCode()).as("it is there already").isEqualTo(2);
      assertThat(succeed("purge", "--all", "--yes")).contains("deleted: 6 dead letters");

      assertThat(succeed("import", file)).contains("imported: 6 dead letters");

      assertThat(listed()).isEqualTo(before);
      assertThat(succeed("import", file)).as("again").contains("imported: 0 dead letters");
    }
    assertThat(Files.readAllLines(directory.resolve("letters.jsonl"))).hasSize(6);
    String some = directory.resolve("some.jsonl").toString();
    assertThat(succeed("export", some, "--job", "other", "--json")).contains("\"deadLetters\":1");
    assertThat(dlq("import", directory.resolve("none.jsonl").toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void refuses_a_file_that_is_no_export() throws Exception {
    Path file = Files.writeString(directory.resolve("wrong.jsonl"), "{\"job\":\"a\"}\n");

    assertThat(dlq("import", file.toString()).exitCode()).isNotZero();
    assertThat(listed()).hasSize(6);
  }
}
