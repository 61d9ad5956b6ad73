package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetterExport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast dlq import}. */
@Command(
    name = "import",
    header = "Read dead letters from a file that 'dlq export' has written.",
    description = {
      "As they were, with failures, tokens and times. What is there already, as it is or changed"
          + " since, is left alone, so that running it again is harmless."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast dlq import letters.jsonl --storage file:.holdfast",
      "  holdfast dlq import old.jsonl.zst --storage \"$DATABASE_URL\""
    })
public final class LetterImportCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(
        storage
            .making(
                opened ->
                    DeadLetterExport.load(opened, new ExportFile(file).lines().map(Json::ofStored)))
            .map(this::say));
  }

  private int say(long count) {
    LetterText.done(command.commandLine().getOut(), json, "imported", count);
    return ExitCode.OK;
  }
}
