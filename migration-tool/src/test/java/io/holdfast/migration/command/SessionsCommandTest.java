package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code holdfast sessions}, on files. */
class SessionsCommandTest {

  @TempDir private Path directory;
  private String storage;

  /** One that runs, one that has failed, and one that has not begun. */
  @BeforeEach
  void fill() {
    storage = "file:" + directory.resolve("store");
    SessionDetails first =
        SessionDetails.of("build", "app", Json.of("{\"phase\":\"map\",\"note\":\"Gate 7\"}"))
            .withWorktree("wt-1")
            .withProgress(new Progress(3, 10));
    SessionDetails second = SessionDetails.of("build", "app", Json.EMPTY).withError("exit code 1");
    SessionDetails third = SessionDetails.of("report", "site", Json.EMPTY);
    Commands.with(
        storage,
        opened ->
            opened
                .sessions()
                .create(new SessionId("s-1"), first)
                .flatMap(s -> opened.sessions().update(s.withState(SessionState.RUNNING)))
                .then(opened.sessions().create(new SessionId("s-2"), second))
                .flatMap(s -> opened.sessions().update(s.withState(SessionState.FAILED)))
                .then(opened.sessions().create(new SessionId("s-3"), third)));
  }

  private Result sessions(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "sessions";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  private String succeed(String... args) {
    Result result = sessions(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private List<String> ids(String... filter) {
    String[] args = new String[filter.length + 2];
    args[0] = "list";
    args[1] = "--json";
    System.arraycopy(filter, 0, args, 2, filter.length);
    return succeed(args).lines().map(line -> Json.of(line).tree().get("id").stringValue()).toList();
  }

  @Test
  void lists_newest_first() {
    List<String> lines = succeed("list").lines().toList();

    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).matches("s-3 +initializing +1 +report +site +0 of \\? +\\S+Z");
    assertThat(lines.get(3)).matches("s-1 +running +2 +build +app +3 of 10 +\\S+Z");
    assertThat(ids("--limit", "2")).containsExactly("s-3", "s-2");
    assertThat(ids("--after", "s-2")).containsExactly("s-1");
    assertThat(sessions("list", "--limit", "0").exitCode()).isEqualTo(2);
    assertThat(sessions("list", "--after", "s-9").exitCode()).isEqualTo(1);
  }

  @Test
  void lists_what_matches() {
    assertThat(ids("--state", "active")).containsExactly("s-3", "s-1");
    assertThat(ids("--state", "failed", "--state", "running")).containsExactly("s-2", "s-1");
    assertThat(ids("--type", "report")).containsExactly("s-3");
    assertThat(ids("--repository", "app")).containsExactly("s-2", "s-1");
    assertThat(ids("--worktree", "wt-1")).containsExactly("s-1");
    assertThat(ids("--contains", "{\"phase\":\"map\"}")).containsExactly("s-1");
    assertThat(ids("--text", "gate")).containsExactly("s-1");
    assertThat(ids("--until", "2020-01-01")).isEmpty();
    assertThat(ids("--since", "2020-01-01")).hasSize(3);
    assertThat(sessions("list", "--state", "Running").exitCode()).isEqualTo(2);
    assertThat(sessions("list", "--contains", "{").exitCode()).isEqualTo(2);
  }

  @Test
  void says_it_in_numbers() {
    assertThat(succeed("list", "--stats").lines())
        .anyMatch(line -> line.matches("sessions +3"))
        .anyMatch(line -> line.matches(" +1 failed"))
        .anyMatch(line -> line.matches("progress +3 of 10"));
    JsonNode stats = Json.of(succeed("list", "--stats", "--json", "--type", "build")).tree();
    assertThat(stats.at("/sessions").intValue()).isEqualTo(2);
    assertThat(stats.at("/byState/RUNNING").intValue()).isEqualTo(1);
    assertThat(stats.at("/failing").intValue()).isEqualTo(1);
    assertThat(sessions("list", "--stats", "--after", "s-1").exitCode()).isEqualTo(2);
  }

  @Test
  void shows_everything_about_one() {
    assertThat(succeed("show", "s-2").lines())
        .anyMatch(line -> line.matches("state +failed"))
        .anyMatch(line -> line.matches("error +exit code 1"))
        .anyMatch(line -> line.matches("finished +\\S+Z"));
    JsonNode json = Json.of(succeed("show", "s-1", "--json")).tree();
    assertThat(json.at("/data/phase").stringValue()).isEqualTo("map");
    assertThat(sessions("show", "s-9").exitCode()).isEqualTo(1);
    assertThat(sessions("show", "").exitCode()).isEqualTo(2);
  }

  @Test
  void watches_one_until_it_is_finished() {
    assertThat(succeed("watch", "s-2", "--until-finished").lines())
        .singleElement()
        .asString()
        .matches("s-2 +failed +2 +build +app +0 of \\? +\\S+Z");
  }

  @Test
  void watches_those_that_match() {
    List<JsonNode> told =
        succeed("watch", "--state", "active", "--limit", "2", "--json")
            .lines()
            .map(line -> Json.of(line).tree())
            .toList();

    assertThat(told).hasSize(2);
    assertThat(told.get(0).at("/change").stringValue()).isEqualTo("current");
    assertThat(told.get(1).at("/session/id").stringValue()).isEqualTo("s-1");
  }

  @Test
  void refuses_a_watch_that_says_two_things() {
    assertThat(sessions("watch", "s-1", "--state", "active").exitCode()).isEqualTo(2);
    assertThat(sessions("watch", "--until-finished").exitCode()).isEqualTo(2);
    assertThat(sessions("watch", "--limit", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void deletes_when_told_so_and_only_then() {
    assertThat(sessions("delete", "s-2").exitCode()).isEqualTo(2);
    assertThat(sessions("delete", "s-2", "--yes", "--dry-run").exitCode()).isEqualTo(2);
    assertThat(succeed("delete", "s-2", "--dry-run"))
        .isEqualToIgnoringNewLines("s-2: would be deleted, failed at version 2, exit code 1");
    assertThat(ids()).hasSize(3);

    JsonNode done = Json.of(succeed("delete", "s-2", "--yes", "--json")).tree();
    assertThat(done.at("/session/version").intValue()).isEqualTo(2);
    assertThat(ids()).containsExactly("s-3", "s-1");
    assertThat(sessions("delete", "s-2", "--yes").exitCode()).isEqualTo(1);
  }

  /** One that was completed long ago, and one that has run as long. */
  private void loadOldOnes() {
    Instant then = Instant.parse("2024-01-01T00:00:00Z");
    SessionDetails details = SessionDetails.of("build", "old", Json.EMPTY);
    List<Session> old =
        List.of(
            new Session(
                new SessionId("s-4"),
                2,
                SessionState.COMPLETED,
                details,
                new SessionTiming(then, then, then)),
            new Session(
                new SessionId("s-5"),
                2,
                SessionState.RUNNING,
                details,
                new SessionTiming(then, then, null)));
    Commands.with(storage, opened -> opened.transfer(Session.KIND).load(old).then());
  }

  @Test
  void prunes_what_has_been_finished_for_long() {
    loadOldOnes();
    assertThat(sessions("prune", "--yes").exitCode()).isEqualTo(2);
    assertThat(sessions("prune", "--older-than", "30d").exitCode()).isEqualTo(2);
    assertThat(sessions("prune", "--older-than", "a month", "--yes").exitCode()).isEqualTo(2);
    assertThat(succeed("prune", "--older-than", "30d", "--dry-run"))
        .isEqualToIgnoringNewLines("would be deleted: 1 session");
    assertThat(succeed("prune", "--older-than", "999999d", "--dry-run"))
        .as("nothing is that old")
        .contains(": 0 sessions");
    assertThat(ids()).hasSize(5);

    assertThat(succeed("prune", "--older-than", "30d", "--repository", "app", "--yes"))
        .contains("deleted: 0 sessions");
    assertThat(succeed("prune", "--older-than", "30d", "--yes"))
        .isEqualToIgnoringNewLines("deleted: 1 session");
    JsonNode done = Json.of(succeed("prune", "--older-than", "30d", "--yes", "--json")).tree();
    assertThat(done.at("/sessions").intValue()).isZero();
    assertThat(ids()).containsExactly("s-3", "s-2", "s-1", "s-5");
  }

  @Test
  void columns_are_as_wide_as_what_is_in_them() {
    String name = "a".repeat(100);
    Commands.with(
        storage,
        opened ->
            opened
                .sessions()
                .create(new SessionId(name), SessionDetails.of("build", name, Json.EMPTY))
                .then());
    List<String> lines = succeed("list").lines().toList();

    int state = lines.get(0).indexOf("state");
    assertThat(state).isEqualTo(102);
    assertThat(lines.get(1)).startsWith(name + "  initializing");
    assertThat(lines.get(4).substring(state)).startsWith("running");
  }
}
