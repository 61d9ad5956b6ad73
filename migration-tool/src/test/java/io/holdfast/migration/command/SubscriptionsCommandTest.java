package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code holdfast subscriptions}, on files. */
class SubscriptionsCommandTest {

  private static final SubscriptionName BILLING = new SubscriptionName("billing");
  private static final Instant NOON = Instant.parse("2025-05-05T12:00:00Z");

  @TempDir private Path directory;
  private String storage;

  /** Three events, an hour apart, and a subscription behind the first. */
  @BeforeEach
  void fill() {
    storage = "file:" + directory.resolve("store");
    List<Event> events =
        IntStream.range(0, 3)
            .mapToObj(i -> Event.of("t", Json.EMPTY).at(NOON.plusSeconds(3_600L * i)))
            .toList();
    Commands.with(
        storage,
        opened ->
            opened
                .events()
                .append(new JobId("nightly-7"), ExpectedVersion.none(), events)
                .then(
                    opened
                        .subscriptions()
                        .create(
                            new SubscriptionDefinition(
                                BILLING, EventFilter.all(), 4, new Position("1"))))
                .then(opened.subscriptions().hold(BILLING, new JobId("nightly-7"))));
  }

  private Result subscriptions(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "subscriptions";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  @CanIgnoreReturnValue
  private String succeed(String... args) {
    Result result = subscriptions(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private JsonNode shown() {
    return Json.of(succeed("show", "billing", "--json")).tree();
  }

  @Test
  void lists_and_shows_them() {
    assertThat(succeed("list").lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .matches("billing +idle +0 +4 +1 +2 +1");
    assertThat(succeed("show", "billing"))
        .contains("state         idle", "lag           2", "position      1 of 3")
        .contains("held job      nightly-7, since ");
    JsonNode shown = shown();
    assertThat(shown.get("lag").intValue()).isEqualTo(2);
    assertThat(shown.get("slices")).hasSize(4);
    assertThat(shown.at("/held/0/job").stringValue()).isEqualTo("nightly-7");
    assertThat(Json.of(succeed("list", "--json").strip()).tree()).isEqualTo(shown);
  }

  @Test
  void pauses_and_resumes() {
    assertThat(succeed("pause", "billing")).isEqualToIgnoringNewLines("billing: paused");
    assertThat(shown().get("state").stringValue()).isEqualTo("paused");

    succeed("resume", "billing");
    assertThat(shown().get("state").stringValue()).isEqualTo("idle");
  }

  @Test
  void rewinds_to_a_place_or_a_time() {
    succeed("rewind", "billing", "--to", "now", "--yes");
    assertThat(shown().get("position").stringValue()).isEqualTo("3");
    succeed("rewind", "billing", "--to", "2025-05-05T12:30:00Z", "--yes");
    assertThat(shown().get("position").stringValue()).isEqualTo("1");
    succeed("rewind", "billing", "--to", "2", "--yes");
    assertThat(shown().get("position").stringValue()).isEqualTo("2");
    assertThat(succeed("reset", "billing", "--yes", "--json")).contains("\"begins again\"");
    assertThat(shown().get("position").stringValue()).isEqualTo("0");
  }

  @Test
  void releases_a_held_job() {
    succeed("release", "billing", "--job", "nightly-7");

    assertThat(shown().at("/held/0/released").booleanValue()).isTrue();
    assertThat(subscriptions("release", "billing", "--job", "other").exitCode()).isEqualTo(1);
  }

  @Test
  void does_nothing_that_cannot_be_undone_without_being_told_so() {
    assertThat(subscriptions("delete", "billing").exitCode()).isEqualTo(2);
    assertThat(subscriptions("reset", "billing").exitCode()).isEqualTo(2);
    assertThat(subscriptions("rewind", "billing", "--to", "now").exitCode()).isEqualTo(2);
    assertThat(shown().get("position").stringValue()).isEqualTo("1");

    succeed("delete", "billing", "--yes");
    assertThat(subscriptions("show", "billing").exitCode()).isEqualTo(1);
    Result again = subscriptions("delete", "billing", "--yes");
    assertThat(again.exitCode()).as("there is none").isEqualTo(1);
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).contains("billing");
  }

  @Test
  void says_what_was_not_asked_for_properly() {
    assertThat(subscriptions("show", "no such").exitCode()).isEqualTo(1);
    assertThat(subscriptions("pause", "no such").err()).contains("no such");
    assertThat(subscriptions("rewind", "billing", "--to", "soon", "--yes").exitCode()).isEqualTo(2);
    assertThat(subscriptions("rewind", "billing", "--to", "", "--yes").exitCode()).isEqualTo(2);
    assertThat(subscriptions("rewind", "billing", "--to", "2025-99-99T", "--yes").exitCode())
        .isEqualTo(2);
    storage = "file:" + directory.resolve("mistyped");
    assertThat(subscriptions("pause", "billing").exitCode()).isEqualTo(3);
    assertThat(directory.resolve("mistyped")).doesNotExist();
  }
}
