package io.holdfast.migration.command;

import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionFilter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code holdfast sessions watch}. */
@Command(
    name = "watch",
    header = "Print sessions as they are, and then as they change.",
    description = {
      "With SESSION that one, until it is deleted, or with --until-finished until it is finished;"
          + " otherwise all that match, and those that did and were deleted or match no longer. Of"
          + " changes that follow each other quickly only the newest is printed. Ends with Ctrl-C,"
          + " with --limit, or when nobody reads its output any more."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast sessions watch nightly-7 --until-finished --storage file:.holdfast",
      "  holdfast sessions watch --state active --json --storage \"$DATABASE_URL\""
    })
public final class SessionWatchCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(arity = "0..1", paramLabel = "SESSION", description = "The session.")
  private @Nullable String session;

  @Mixin private final SessionFilterOption filter = new SessionFilterOption();

  @Option(
      names = "--until-finished",
      description = "With SESSION: stop when it is completed, failed or cancelled.")
  private boolean untilFinished;

  @Option(names = "--limit", paramLabel = "N", description = "Stop after this many lines.")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (limit < 1) {
      throw refusal("--limit must be at least 1, was " + limit);
    }
    SessionFilter wanted = filter.filter();
    if (session != null && !wanted.equals(SessionFilter.all())) {
      throw refusal("a watch is about SESSION, or about all that match, not about both");
    }
    if (session == null && untilFinished) {
      throw refusal("--until-finished is for one SESSION");
    }
    SessionId id = session == null ? null : new SessionId(session);
    return Await.exitCode(
        storage.reading(
            opened -> print(id == null ? opened.sessions().watch(wanted) : one(opened, id))));
  }

  private ParameterException refusal(String why) {
    return new ParameterException(command.commandLine(), why);
  }

  private Flux<SessionChange> one(UnifiedStorage opened, SessionId id) {
    return opened
        .sessions()
        .watch(id)
        .takeUntil(seen -> untilFinished && seen.state().isFinished())
        .map(SessionChange.Current::new);
  }

  private Mono<Integer> print(Flux<SessionChange> changes) {
    PrintWriter out = command.commandLine().getOut();
    return changes
        .take(limit)
        .publishOn(Schedulers.boundedElastic(), 1)
        .takeWhile(change -> print(out, change))
        .then(Mono.just(ExitCode.OK));
  }

  /** False once nobody reads any more. */
  private boolean print(PrintWriter out, SessionChange change) {
    out.println(json ? SessionText.json(change) : SessionText.line(change));
    return !out.checkError();
  }
}
