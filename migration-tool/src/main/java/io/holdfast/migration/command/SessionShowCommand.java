package io.holdfast.migration.command;

import io.holdfast.SessionId;
import io.holdfast.session.Session;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast sessions show}. */
@Command(
    name = "show",
    header = "Show everything about one session.",
    footer = {
      "",
      "Examples:",
      "  holdfast sessions show nightly-7 --storage file:.holdfast",
      "  holdfast sessions show nightly-7 --json --storage \"$DATABASE_URL\""
    })
public final class SessionShowCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "SESSION", description = "The session.")
  private String session = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    SessionId id = new SessionId(session);
    return Await.exitCode(storage.reading(opened -> opened.sessions().get(id)).map(this::print));
  }

  private int print(Session found) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(SessionText.json(found));
    } else {
      SessionText.details(out, found);
    }
    return ExitCode.OK;
  }
}
