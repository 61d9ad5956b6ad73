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

/** {@code holdfast checkpoints import}. */
@Command(
    name = "import",
    header = "Read checkpoints from a file that 'checkpoints export' has written.",
    description = {
      "With their versions and times. The whole file is checked before anything is written. A"
          + " workflow that has other checkpoints is refused; running it again is harmless."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast checkpoints import nightly-7.jsonl.zst --storage file:.holdfast",
      "  holdfast checkpoints import nightly-7.jsonl.zst --as copy --storage \"$DATABASE_URL\""
    })
public final class CheckpointImportCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "WORKFLOW",
      description = "What the workflow is to be called.")
  private @Nullable String as;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    WorkflowId target = as == null ? null : new WorkflowId(as);
    return Await.exitCode(
        storage
            .making(opened -> CheckpointExport.load(opened, new ExportFile(file).lines(), target))
            .map(
                written ->
                    CheckpointDone.say(command, json, "imported", file.toString(), written)));
  }
}
