package io.holdfast.migration.command;

import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.report.Migration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate start}. */
@Command(
    name = "start",
    header = "Copy everything, or what is missing, and leave the proof for later.",
    description = {
      "As 'holdfast migrate' begins. What was copied before, and is still the same in the source, is"
          + " only read."
    },
    footer = {
      "",
      "Example:",
      "  holdfast migrate start --from file:/var/lib/app --to postgresql://app@db.example/app"
    })
public final class MigrateStartCommand implements Callable<Integer> {

  @Mixin private final FromTo storages = new FromTo();

  @Mixin private final ChunkOption chunks = new ChunkOption();

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    CopyOptions options = chunks.options();
    storages.requireWholeSource();
    return Await.exitCode(
        chunks
            .sayingWhenPaused(
                storages.copying(
                    (source, target) ->
                        new Migration(
                                source, target, ReportOption.progress(command), Shutdown::ends)
                            .copy(storages.turn(), options)))
            .map(
                copied -> {
                  copied.print(command.commandLine().getOut());
                  return copied.isWhole() ? ExitCode.OK : ExitCode.FAILED;
                }));
  }
}
