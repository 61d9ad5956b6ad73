package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.OddRecords;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Migrations of some events. */
class ChosenEventsTest {

  private static final int EVENTS = 300;
  private static final Instant TIME = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir private Path directory;
  private String from;
  private String to;

  @BeforeEach
  void fill() {
    from = "file:" + directory.resolve("from");
    to = "file:" + directory.resolve("to");
    Commands.with(from, ChosenEventsTest::fill);
  }

  private static Mono<Long> fill(UnifiedStorage storage) {
    return OddRecords.loadInto(storage)
        .then(
            Flux.range(0, EVENTS)
                .map(ChosenEventsTest::event)
                .collectList()
                .flatMap(storage.transfer(RecordedEvent.KIND)::load));
  }

  private static RecordedEvent event(int n) {
    return new RecordedEvent(
        new Position(Integer.toString(10_000 + n)),
        new JobId("chosen-" + n % 3),
        1 + n / 3,
        Event.of("t", Json.of("{\"n\":" + n + "}")).at(TIME.plusSeconds(n)));
  }

  private long arrived() {
    Long count =
        Commands.with(
            to,
            storage ->
                storage.events().read(EventQuery.forward(EventFilter.all()).limit(1_000)).count());
    return count == null ? -1 : count;
  }

  @Test
  void those_of_some_jobs_are_copied_and_proved() {
    String[] choice = {"--from", from, "--to", to, "--job", "chosen-1", "--job", "chosen-2"};

    Result migrated = run(with("migrate", choice));

    assertThat(migrated.exitCode()).as(migrated.err()).isZero();
    assertThat(migrated.out()).contains("Identical: 200 records").doesNotContain("sessions");
    assertThat(arrived()).isEqualTo(200);
    assertThat(run(with("verify", choice)).out()).contains("Identical: 200 records");
    assertThat(run("verify", "--from", from, "--to", to).exitCode()).isEqualTo(1);
    assertThat(succeed("migrate", "status", "--to", to).out()).containsPattern("state +PAUSED\\R");
  }

  @Test
  void those_of_some_time_are_copied_and_proved_and_the_choice_may_grow_to_its_end() {
    String since = "2026-03-01T00:00:10Z";
    succeed(
        "migrate", "--from", from, "--to", to, "--since", since, "--until", "2026-03-01T00:01:40Z");
    assertThat(arrived()).isEqualTo(90);

    succeed("migrate", "--from", from, "--to", to, "--since", since, "--only", "events");
    assertThat(arrived()).isEqualTo(EVENTS - 10);

    Result earlier = run("migrate", "--from", from, "--to", to);
    assertThat(earlier.exitCode()).as("those before are missing, and cannot come any more").isOne();
    assertThat(arrived()).isEqualTo(EVENTS - 10);
  }

  @Test
  void a_choice_among_events_is_no_choice_of_sessions() {
    Result refused = run("migrate", "--from", from, "--to", to, "--job", "j", "--only", "sessions");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--only must not name others");
    assertThat(run("migrate", "--from", from, "--to", to, "--since", "soon").exitCode())
        .isEqualTo(2);
  }

  private static String[] with(String command, String... rest) {
    return Stream.concat(Stream.of(command), Arrays.stream(rest)).toArray(String[]::new);
  }
}
