package io.holdfast.migration.command;

import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointExport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast checkpoints export}. */
@Command(
    name = "export",
    header = "Write the checkpoints of a workflow into one file.",
    description = {
      "JSON lines, each checksummed together with those before it, compressed with Zstandard. The"
          + " file must not be there yet; it is there when it is whole."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast checkpoints export nightly-7 nightly-7.jsonl.zst --storage file:.holdfast",
      "  holdfast checkpoints export nightly-7 last.jsonl.zst --at 12 --storage \"$DATABASE_URL\""
    })
public final class CheckpointExportCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(index = "0", paramLabel = "WORKFLOW", description = "The workflow.")
  private String workflow = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to make.")
  private Path file = Path.of("");

  @Option(names = "--at", paramLabel = "VERSION", description = "Only this version.")
  private @Nullable Long version;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    WorkflowId id = new WorkflowId(workflow);
    return Await.exitCode(
        storage
            .reading(
                opened ->
                    new ExportFile(file)
                        .write(CheckpointExport.of(opened.checkpoints(), id, version)))
            // But for the first and the last line.
            .map(lines -> CheckpointDone.say(command, json, "exported", workflow, lines - 2)));
  }
}
