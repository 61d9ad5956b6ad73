package io.holdfast.migration.command;

import io.holdfast.NotFoundException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.IntactCheckpoint;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast checkpoints show}. */
@Command(
    name = "show",
    header = "Show one checkpoint, the newest if no version is given.",
    description = {
      "Every checksum is compared. Of a state the largest parts are named; --json prints all of it."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast checkpoints show nightly-7 --storage file:.holdfast",
      "  holdfast checkpoints show nightly-7 --at 12 --json --storage \"$DATABASE_URL\""
    })
public final class CheckpointShowCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "WORKFLOW", description = "The workflow.")
  private String workflow = "";

  @Option(names = "--at", paramLabel = "VERSION", description = "Show this version.")
  private @Nullable Long version;

  @Option(
      names = "--intact",
      description = "If the newest is damaged, show the newest that is not, and say what is.")
  private boolean intact;

  @Option(names = "--json", description = "Print one JSON object, with the whole state.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (intact && version != null) {
      throw new ParameterException(
          command.commandLine(), "--intact looks for a version, so --at cannot name one");
    }
    return Await.exitCode(storage.reading(this::find).map(this::print));
  }

  private Mono<IntactCheckpoint> find(UnifiedStorage opened) {
    WorkflowId id = new WorkflowId(workflow);
    Mono<IntactCheckpoint> found =
        intact
            ? opened.checkpoints().findLatestIntact(id)
            : (version == null
                    ? opened.checkpoints().findLatest(id)
                    : opened.checkpoints().find(id, version))
                .map(checkpoint -> new IntactCheckpoint(checkpoint, List.of()));
    String what = version == null ? workflow : workflow + "@" + version;
    return found.switchIfEmpty(
        Mono.error(() -> new NotFoundException("Checkpoint of workflow", what)));
  }

  private int print(IntactCheckpoint found) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(CheckpointText.json(found));
    } else {
      CheckpointText.details(out, found);
    }
    return ExitCode.OK;
  }
}
