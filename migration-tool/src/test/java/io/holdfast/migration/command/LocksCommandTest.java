package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code holdfast locks}, on files. */
class LocksCommandTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;
  private String storage;

  /** One lock that is held alone, one that three share, and one that is free. */
  @BeforeEach
  void fill() {
    storage = "file:" + directory.resolve("store");
    LockRequest alone =
        new LockRequest(new LockName("alone"), "worker-1", HOUR)
            .withMetadata(Json.of("{\"host\":\"build-7\"}"));
    LockRequest free = new LockRequest(new LockName("free"), "worker-1", HOUR);
    Commands.with(
        storage,
        opened ->
            opened
                .locks()
                .tryAcquire(alone)
                .then(opened.locks().tryAcquire(sharing("worker-2").shared()))
                .then(opened.locks().tryAcquire(sharing("worker-3").slots(4)))
                .then(opened.locks().tryAcquire(free))
                .flatMap(lease -> opened.locks().release(lease)));
  }

  private static LockRequest sharing(String owner) {
    return new LockRequest(new LockName("shared"), owner, HOUR);
  }

  private Result locks(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "locks";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  private String succeed(String... args) {
    Result result = locks(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private List<JsonNode> listed() {
    return succeed("list", "--json").lines().map(line -> Json.of(line).tree()).toList();
  }

  @Test
  void lists_who_holds_what() {
    List<String> lines = succeed("list").lines().toList();

    assertThat(lines).hasSize(4);
    assertThat(lines.get(1))
        .matches("alone +1 +exclusive +\\S+Z +worker-1 +\\{\"host\":\"build-7\"}");
    assertThat(lines.get(2)).matches("shared +1 +shared +\\S+Z +worker-2 +\\{}");
    assertThat(lines.get(3)).matches("shared +2 +one of 4 +\\S+Z +worker-3 +\\{}");
    List<JsonNode> json = listed();
    assertThat(json).hasSize(2);
    assertThat(json.get(0).at("/holders/0/metadata/host").stringValue()).isEqualTo("build-7");
    assertThat(json.get(1).at("/holders/1/holdersMax").intValue()).isEqualTo(4);
    assertThat(succeed("list", "--limit", "1").lines()).hasSize(2);
    assertThat(locks("list", "--limit", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void releases_all_holders_of_a_lock() {
    assertThat(succeed("release", "shared", "--yes"))
        .contains("shared: taken from worker-2 (token 1, until ", "worker-3 (token 2, until ");

    assertThat(listed()).hasSize(1);
    assertThat(succeed("release", "shared", "--yes"))
        .isEqualToIgnoringNewLines("shared: nobody holds it");
    JsonNode done = Json.of(succeed("release", "alone", "--yes", "--json").strip()).tree();
    assertThat(done.at("/holders/0/owner").stringValue()).isEqualTo("worker-1");
    assertThat(listed()).isEmpty();
  }

  @Test
  void releases_nothing_without_being_told_so() {
    assertThat(locks("release", "alone").exitCode()).isEqualTo(2);
    assertThat(locks("release", "alone", "--yes", "--dry-run").exitCode()).isEqualTo(2);
    assertThat(succeed("release", "alone", "--dry-run"))
        .startsWith("alone: would be taken from worker-1 (token 1, until ");

    assertThat(listed()).hasSize(2);
  }

  @Test
  void says_that_there_is_no_such_lock() {
    for (String how : List.of("--yes", "--dry-run")) {
      Result missing = locks("release", "never-taken", how);
      assertThat(missing.exitCode()).isEqualTo(1);
      assertThat(missing.err()).contains("never-taken");
    }
    assertThat(locks("release", "", "--yes").exitCode()).isEqualTo(2);
  }
}
