package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.session.Session;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionStats;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast sessions list}. */
@Command(
    name = "list",
    header = "List sessions, newest first.",
    description = {"With --stats, all that match in numbers instead of a line each."},
    footer = {
      "",
      "Examples:",
      "  holdfast sessions list --state active --storage file:.holdfast",
      "  holdfast sessions list --repository app --limit 20 --after nightly-7 --storage"
          + " \"$DATABASE_URL\"",
      "  holdfast sessions list --since 2026-11-01 --stats --storage \"$DATABASE_URL\""
    })
public final class SessionListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final SessionFilterOption filter = new SessionFilterOption();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Paging.LIMIT_DEFAULT,
      description = "The most sessions, 1 to 10,000. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--after",
      paramLabel = "SESSION",
      description = "Begin behind this one: the last of the page before.")
  private @Nullable String after;

  @Option(names = "--stats", description = "Print how many there are, and sums; looks at all.")
  private boolean stats;

  @Option(
      names = "--json",
      description = "Print whole sessions, one JSON object a line; with --stats, one object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (stats && after != null) {
      throw new ParameterException(
          command.commandLine(), "--stats looks at all that match: leave out --after");
    }
    SessionFilter wanted = filter.filter().limit(limit);
    SessionId last = after == null ? null : new SessionId(after);
    return Await.exitCode(
        storage.reading(
            opened ->
                stats
                    ? opened.sessions().stats(wanted).map(this::print)
                    : behind(opened, wanted, last)
                        .flatMap(page -> opened.sessions().list(page).collectList())
                        .map(this::print)));
  }

  private static Mono<SessionFilter> behind(
      UnifiedStorage opened, SessionFilter wanted, @Nullable SessionId last) {
    return last == null ? Mono.just(wanted) : opened.sessions().get(last).map(wanted::after);
  }

  private int print(List<Session> sessions) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      sessions.forEach(session -> out.println(SessionText.json(session)));
    } else {
      SessionText.table(out, sessions);
    }
    return ExitCode.OK;
  }

  private int print(SessionStats found) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(SessionText.json(found));
    } else {
      SessionText.stats(out, found);
    }
    return ExitCode.OK;
  }
}
