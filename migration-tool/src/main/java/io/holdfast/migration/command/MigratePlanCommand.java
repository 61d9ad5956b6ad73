package io.holdfast.migration.command;

import io.holdfast.migration.report.Plan;
import io.holdfast.migration.report.Planner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate plan}. */
@Command(
    name = "plan",
    header = "Read all that would be copied, and say what it is.",
    description = {
      "Reads every record of the source, so that what cannot be read is known before anything is"
          + " written: how many records there are of each kind, how large they are, the months of the"
          + " events, and the root that the target will have. Writes nothing; the target is not"
          + " needed."
    },
    footer = {"", "Example:", "  holdfast migrate plan --from file:/var/lib/app"})
public final class MigratePlanCommand implements Callable<Integer> {

  @Mixin private final SourceOption source = new SourceOption();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(
        source
            .using(opened -> new Planner(opened, ReportOption.progress(command)).plan())
            .map(this::print));
  }

  private int print(Plan plan) {
    plan.print(command.commandLine().getOut());
    return ExitCode.OK;
  }
}
