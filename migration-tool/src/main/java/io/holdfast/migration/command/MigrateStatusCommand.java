package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.migration.report.MigrationStatus;
import io.holdfast.transfer.MigrationLedger;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast migrate status}. */
@Command(
    name = "status",
    header = "Show how far the migration into a storage is.",
    footer = {"", "Example:", "  holdfast migrate status --to postgresql://app@db.example/app"})
public final class MigrateStatusCommand implements Callable<Integer> {

  @Mixin private final TargetOption target = new TargetOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(target.reading(this::look).map(this::print));
  }

  private Mono<MigrationStatus> look(MigrationLedger ledger) {
    return ledger.find().flatMap(run -> MigrationStatus.of(run, ledger.chunks()));
  }

  private int print(MigrationStatus status) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(Json.from(status.json()));
    } else {
      MigrationText.print(out, status);
    }
    return ExitCode.OK;
  }
}
