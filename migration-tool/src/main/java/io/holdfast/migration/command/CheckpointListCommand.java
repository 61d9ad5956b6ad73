package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
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
import reactor.core.publisher.Flux;

/** {@code holdfast checkpoints list}. */
@Command(
    name = "list",
    header = "List the checkpoints of a workflow, or the newest one of each workflow.",
    description = {
      "With WORKFLOW its versions, the newest first, of which --since and --until are about when"
          + " they were saved; without, one line a workflow, in the order of their names."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast checkpoints list --storage file:.holdfast",
      "  holdfast checkpoints list nightly-7 --limit 10 --storage \"$DATABASE_URL\"",
      "  holdfast checkpoints list nightly-7 --since 2026-11-20 --below 117 --storage"
          + " \"$DATABASE_URL\""
    })
public final class CheckpointListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "The workflow.")
  private @Nullable String workflow;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "The most to list, 1 to 10,000; 1,000 if not given.")
  private int limit;

  @Option(
      names = "--after",
      paramLabel = "WORKFLOW",
      description = "Without WORKFLOW: begin behind this one.")
  private @Nullable String after;

  @Option(
      names = "--below",
      paramLabel = "VERSION",
      description = "With WORKFLOW: only versions below this one, the last of the page before.")
  private @Nullable Long below;

  @Mixin private final SpanOption saved = new SpanOption();

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (workflow != null && after != null) {
      throw new ParameterException(
          command.commandLine(), "--after is for the list of workflows, not for that of one");
    }
    if (workflow == null && (below != null || !saved.span().equals(TimeSpan.ALWAYS))) {
      throw new ParameterException(
          command.commandLine(), "--below, --since and --until are for the list of one workflow");
    }
    Paging.check(limit);
    return Await.exitCode(storage.reading(opened -> list(opened).collectList()).map(this::print));
  }

  private Flux<CheckpointInfo> list(UnifiedStorage opened) {
    if (workflow == null) {
      return opened.checkpoints().listLatest(after == null ? null : new WorkflowId(after), limit);
    }
    WorkflowId id = new WorkflowId(workflow);
    return opened
        .checkpoints()
        .list(new CheckpointFilter(id, saved.span(), below == null ? Long.MAX_VALUE : below, limit))
        .switchIfEmpty(CheckpointText.requireKnown(opened, id).thenMany(Flux.empty()));
  }

  private int print(List<CheckpointInfo> infos) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      infos.forEach(info -> out.println(CheckpointText.json(info)));
    } else {
      CheckpointText.table(out, infos);
    }
    return ExitCode.OK;
  }
}
