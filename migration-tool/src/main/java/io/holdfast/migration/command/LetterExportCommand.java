package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetterExport;
import io.holdfast.deadletter.DeadLetterFilter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast dlq export}. */
@Command(
    name = "export",
    header = "Write dead letters into a file, a JSON object a line.",
    description = {
      "With all of their failures; 'dlq import' reads them back. Compressed with Zstandard, but for"
          + " a file whose name ends in .jsonl. The file must not be there yet; it is there when it"
          + " is whole."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast dlq export letters.jsonl --storage file:.holdfast",
      "  holdfast dlq export old.jsonl.zst --until 2026-10-01 --storage \"$DATABASE_URL\""
    })
public final class LetterExportCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final LetterFilterOption letters = new LetterFilterOption();

  @Parameters(paramLabel = "FILE", description = "The file to make.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    DeadLetterFilter filter = letters.filter(command.commandLine());
    return Await.exitCode(
        storage
            .reading(
                opened ->
                    new ExportFile(file)
                        .write(
                            DeadLetterExport.of(opened.deadLetters(), filter)
                                .map(LetterExportCommand::line)))
            .map(this::say));
  }

  private static byte[] line(Json letter) {
    byte[] line = Arrays.copyOf(letter.utf8(), letter.sizeBytes() + 1);
    line[letter.sizeBytes()] = '\n';
    return line;
  }

  private int say(long count) {
    LetterText.done(command.commandLine().getOut(), json, "exported", count);
    return ExitCode.OK;
  }
}
