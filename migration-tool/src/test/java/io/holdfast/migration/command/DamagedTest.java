package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.OddRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Migrations of a directory of which some records are damaged. */
class DamagedTest {

  private static final int EVENTS = 2_000;
  private static final int DAMAGED = 5;
  private static final Instant TIME = Instant.parse("2026-03-31T23:50:00Z");

  @TempDir private Path directory;
  private String from;
  private String to;

  @BeforeEach
  void damage() throws IOException {
    from = "file:" + directory.resolve("from");
    to = "file:" + directory.resolve("to");
    Commands.with(from, DamagedTest::fill);
    try (Stream<Path> sessions = Files.walk(directory.resolve("from/sessions"))) {
      damage(sessions.filter(Files::isRegularFile).sorted().findFirst().orElseThrow(), "sess");
    }
    damage(directory.resolve("from/events/2026-03.jsonl"), "event 0 ", "event 100 ");
    damage(directory.resolve("from/events/2026-04.jsonl"), "event 600 ", "event 1999 ");
  }

  private static Mono<Long> fill(UnifiedStorage storage) {
    return OddRecords.loadInto(storage)
        .then(
            Flux.range(0, EVENTS)
                .map(DamagedTest::event)
                .collectList()
                .flatMap(storage.transfer(RecordedEvent.KIND)::load));
  }

  /** The months are those of the 600 events before midnight, and of the others. */
  private static RecordedEvent event(int n) {
    return new RecordedEvent(
        new Position(Integer.toString(10_000 + n)),
        new JobId("job"),
        1 + n,
        Event.of("t", Json.of("{\"text\":\"event " + n + " \"}")).at(TIME.plusSeconds(n)));
  }

  private static void damage(Path file, String... words) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    for (String word : words) {
      int at = text.indexOf(word);
      assertThat(at).as("%s in %s", word, file).isPositive();
      bytes[at] ^= 1;
    }
    Files.write(file, bytes);
  }

  @Test
  void stops_at_the_first_one_unless_told_otherwise() {
    Result stopped = run("migrate", "--from", from, "--to", to);

    assertThat(stopped.exitCode()).isNotZero();
    assertThat(stopped.err()).contains("is damaged");
    Result tooMany = run("migrate", "--from", from, "--to", to, "--on-error", "max=4");
    assertThat(tooMany.exitCode()).isNotZero();
    assertThat(tooMany.err()).contains("4 were passed over, and this is one more");
    assertThat(tooMany.out()).doesNotContain("Identical");
  }

  @Test
  void passes_over_them_counts_them_and_proves_the_rest() throws IOException {
    Path skipped = directory.resolve("skipped.jsonl");
    String[] choice = {"--on-error", "max=" + DAMAGED, "--skipped", skipped.toString()};

    Result migrated = run(with(choice, "migrate", "--from", from, "--to", to));

    assertThat(migrated.exitCode()).as(migrated.out() + migrated.err()).isOne();
    assertThat(migrated.out())
        .contains("Identical: %,d records".formatted(OddRecords.COUNT + EVENTS - DAMAGED))
        .contains("passed over: 5 records");
    List<String> lines = Files.readAllLines(skipped);
    assertThat(lines).hasSize(DAMAGED);
    assertThat(lines).filteredOn(line -> line.contains("2026-03.jsonl line 1 ")).hasSize(1);
    assertThat(lines).filteredOn(line -> line.contains("\"kind\":\"sessions\"")).hasSize(1);
    Result again = run(with(choice, "verify", "--from", from, "--to", to));
    assertThat(again.out()).contains("Identical", "passed over: 5 records");
    requireNothingProved();
  }

  /** What is missing belongs to the source. */
  private void requireNothingProved() {
    assertThat(succeed("migrate", "status", "--to", to).out()).containsPattern("state +PAUSED\\R");
    assertThat(run("migrate", "validate", "--to", to).exitCode()).isOne();
  }

  @Test
  void so_does_a_copy_in_steps() {
    Result copied = run("migrate", "start", "--from", from, "--to", to, "--on-error", "continue");

    assertThat(copied.exitCode()).as(copied.out() + copied.err()).isOne();
    assertThat(copied.out())
        .containsPattern("events +rejected +damaged-record +4")
        .contains("'holdfast verify' with the same options");
    requireNothingProved();
    Result resumed = run("migrate", "resume", "--from", from, "--to", to, "--on-error", "continue");
    assertThat(resumed.out()).as(resumed.err()).contains("Identical", ", 0 written");
  }

  @Test
  void damaged_line_feeds_cost_no_event() throws IOException {
    Path segment = directory.resolve("from/events/2026-04.jsonl");
    byte[] bytes = Files.readAllBytes(segment);
    assertThat(bytes.length).as("several blocks").isGreaterThan(3 * (64 << 10));
    for (int at = 0; at < bytes.length - 1; at++) {
      if (bytes[at] == '\n') {
        bytes[at] = 'n';
      }
    }
    Files.write(segment, bytes);

    Result migrated = run("migrate", "--from", from, "--to", to, "--on-error", "continue");

    assertThat(migrated.out())
        .as(migrated.err())
        .contains("Identical: %,d records".formatted(OddRecords.COUNT + EVENTS - DAMAGED));
    assertThat(run("migrate", "--from", from, "--to", to).err()).contains("is damaged");
  }

  @Test
  void a_choice_that_makes_no_sense_is_refused() {
    for (String choice : List.of("", "max=0", "max=", "max=100001", "max=-1", "sometimes")) {
      Result refused = run("migrate", "--from", from, "--to", to, "--on-error", choice);
      assertThat(refused.exitCode()).as(choice).isEqualTo(2);
      assertThat(refused.err()).as(choice).contains("--on-error must be");
    }
    assertThat(Files.exists(directory.resolve("to"))).isFalse();
    assertThat(run("migrate", "--from", from, "--to", to, "--skipped", "f").exitCode())
        .isEqualTo(2);
  }

  private static String[] with(String[] options, String... command) {
    return Stream.of(command, options).flatMap(Stream::of).toArray(String[]::new);
  }
}
