package io.holdfast.migration.demo;

import io.holdfast.migration.command.Await;
import io.holdfast.migration.command.ExitCode;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.ProgressDisplay;
import io.holdfast.migration.copy.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast demo}. */
@Command(
    name = "demo",
    header = "Show what Holdfast does, on this machine, in half a minute.",
    description = {
      "Writes four months of an orchestrator's history into files, starts a PostgreSQL of its own"
          + " (as an ordinary process, on the loopback interface), migrates the files to it, and"
          + " verifies every record. Then runs a workflow in a process of its own, shows its events"
          + " as they happen, kills it with SIGKILL in the middle, starts it again, and checks that"
          + " nothing was lost and nothing done twice.",
      "",
      "Leaves nothing behind, unless asked to."
    },
    footer = {"", "Examples:", "  holdfast demo", "  holdfast demo --keep --directory ."})
public final class DemoCommand implements Callable<Integer> {

  @Option(names = "--keep", description = "Leave the files and the running database behind.")
  private boolean keep;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where to put them. Default: a new directory among the temporary files.")
  private @Nullable Path parent;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    Terminal terminal = Terminal.current();
    Progress progress = new ProgressDisplay(out, terminal);
    Class<?> main = command.root().userObject().getClass();
    Demo demo = new Demo(new Screen(out, terminal), progress, main, keep);
    return Await.exitCode(
        Mono.usingWhen(
                Workspace.create(parent),
                demo::run,
                directory -> keep ? Mono.empty() : Workspace.delete(directory),
                (directory, error) -> Workspace.delete(directory),
                Workspace::delete)
            .map(good -> good ? ExitCode.OK : ExitCode.FAILED));
  }
}
