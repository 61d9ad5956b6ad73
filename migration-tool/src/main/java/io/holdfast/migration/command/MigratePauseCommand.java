package io.holdfast.migration.command;

import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate pause}. */
@Command(
    name = "pause",
    header = "Ask the process that copies into a storage to stop.",
    description = {
      "It stops before its next chunk, and ends with 1. What it has copied stays and counts. A"
          + " directory can be used by one process only: there, stop the process itself."
    },
    footer = {"", "Example:", "  holdfast migrate pause --to postgresql://app@db.example/app"})
public final class MigratePauseCommand implements Callable<Integer> {

  @Mixin private final TargetOption target = new TargetOption();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(target.using(MigrationLedger::pause).map(this::say));
  }

  private int say(MigrationRun run) {
    boolean isPaused = run.state() == MigrationState.PAUSED;
    command
        .commandLine()
        .getOut()
        .println(isPaused ? "Paused." : "Nothing to pause: the migration is " + run.state() + ".");
    return isPaused ? ExitCode.OK : ExitCode.FAILED;
  }
}
