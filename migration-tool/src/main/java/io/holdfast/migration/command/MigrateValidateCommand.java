package io.holdfast.migration.command;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.report.Expected;
import io.holdfast.migration.report.Validation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast migrate validate}. */
@Command(
    name = "validate",
    header = "Prove that what was copied into a storage is there.",
    description = {
      "Reads the storage and compares it with what the source was found to hold when it was copied;"
          + " the source is not needed. Ends with 1 if anything differs: 'holdfast verify' then names"
          + " the records and fields."
    },
    footer = {"", "Example:", "  holdfast migrate validate --to postgresql://app@db.example/app"})
public final class MigrateValidateCommand implements Callable<Integer> {

  @Mixin private final TargetOption target = new TargetOption();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(target.storage(this::validate).map(this::print));
  }

  private Mono<Expected> validate(UnifiedStorage storage) {
    return new Validation(storage, ReportOption.progress(command))
        .run()
        .switchIfEmpty(
            Mono.error(
                () -> new Failed("Nothing to prove yet: 'holdfast migrate resume' ends the copy")));
  }

  private int print(Expected expected) {
    expected.print(command.commandLine().getOut());
    return expected.isMet() ? ExitCode.OK : ExitCode.FAILED;
  }
}
