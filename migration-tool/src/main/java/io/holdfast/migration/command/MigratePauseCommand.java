package io.holdfast.migration.command;

import io.holdfast.migration.report.Holder;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

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
    return Await.exitCode(target.using(this::pause));
  }

  private Mono<Integer> pause(MigrationLedger ledger) {
    return ledger
        .find()
        .flatMap(
            run -> {
              if (run.state() != MigrationState.COPYING) {
                return Mono.just(
                    said("Nothing to pause: the migration is " + run.state(), ExitCode.FAILED));
              }
              return Holder.isGone(run.holder())
                  ? ledger
                      .leave(run, MigrationState.PAUSED, List.of())
                      .map(
                          left ->
                              said(
                                  "Nothing to pause: the process that copied is gone",
                                  ExitCode.FAILED))
                  : ledger.pause().map(this::asked);
            });
  }

  private int asked(MigrationRun run) {
    return run.state() == MigrationState.PAUSED
        ? said("Paused: no further chunk is begun", ExitCode.OK)
        : said("Nothing to pause: the migration is " + run.state(), ExitCode.FAILED);
  }

  private int said(String words, int exitCode) {
    command.commandLine().getOut().println(words + ".");
    return exitCode;
  }
}
