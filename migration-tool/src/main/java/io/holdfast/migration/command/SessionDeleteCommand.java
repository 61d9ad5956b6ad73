package io.holdfast.migration.command;

import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.session.Session;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast sessions delete}. */
@Command(
    name = "delete",
    header = "Delete a session for good.",
    description = {
      "Its events, checkpoints and dead letters stay. Whoever works on it can write nothing more to"
          + " it; those that watch it are told."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast sessions delete nightly-7 --dry-run --storage file:.holdfast",
      "  holdfast sessions delete nightly-7 --yes --storage postgresql://app@db.example/app"
    })
public final class SessionDeleteCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "SESSION", description = "The session.")
  private String session = "";

  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    SessionId id = new SessionId(session);
    return Await.exitCode(
        dryRun
            ? storage.reading(opened -> opened.sessions().get(id).map(found -> say(found, true)))
            : storage.using(opened -> delete(opened, id).map(found -> say(found, false))));
  }

  /** What was there. */
  private static Mono<Session> delete(UnifiedStorage opened, SessionId id) {
    return opened.sessions().get(id).delayUntil(found -> opened.sessions().delete(id));
  }

  private int say(Session found, boolean dryRun) {
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? SessionText.deleted(found, dryRun) : SessionText.deletion(found, dryRun));
    return ExitCode.OK;
  }
}
