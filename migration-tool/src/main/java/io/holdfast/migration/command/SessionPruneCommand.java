package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionLedger;
import io.holdfast.session.SessionStats;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast sessions prune}. */
@Command(
    name = "prune",
    header = "Delete sessions that have been finished for long, for good.",
    description = {
      "Those that match, and were completed, have failed or were cancelled so long ago. Their"
          + " events, checkpoints and dead letters stay; those that watch are told."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast sessions prune --older-than 30d --dry-run --storage file:.holdfast",
      "  holdfast sessions prune --older-than 7d --state completed --yes --storage"
          + " \"$DATABASE_URL\""
    })
public final class SessionPruneCommand implements Callable<Integer> {

  /** So many are deleted in one transaction. */
  private static final int STEP = 1_000;

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final SessionFilterOption sessions = new SessionFilterOption();

  @Option(
      names = "--older-than",
      required = true,
      paramLabel = "AGE",
      description = "Only what was finished so long ago goes: 30d, 24h or 30m.")
  private String olderThan = "";

  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    SessionFilter old =
        sessions.filter().finishedWithin(TimeSpan.before(Age.ago(olderThan))).limit(STEP);
    return Await.exitCode(
        dryRun
            ? storage.reading(
                opened ->
                    opened
                        .sessions()
                        .stats(old)
                        .map(SessionStats::sessions)
                        .map(count -> say(true, count)))
            : storage.using(
                opened -> purged(opened.sessions(), old).map(count -> say(false, count))));
  }

  private static Mono<Long> purged(SessionLedger sessions, SessionFilter old) {
    return Mono.defer(() -> sessions.purge(old))
        .repeat()
        .takeUntil(count -> count < STEP)
        .reduce(0L, Long::sum);
  }

  private int say(boolean dryRun, long count) {
    command
        .commandLine()
        .getOut()
        .println(
            json
                ? Json.from(Map.of("done", "deleted", "dryRun", dryRun, "sessions", count))
                : String.format(
                    Locale.ROOT,
                    "%sdeleted: %,d %s",
                    dryRun ? "would be " : "",
                    count,
                    count == 1 ? "session" : "sessions"));
    return ExitCode.OK;
  }
}
