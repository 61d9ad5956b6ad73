package io.holdfast.migration.command;

import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowSummary;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast workflows list}. */
@Command(
    name = "list",
    header = "List workflows by id, with the number of their executions and the last one.",
    description = "--since and --until are about when a workflow was created.",
    footer = {
      "",
      "Examples:",
      "  holdfast workflows list --storage file:.holdfast",
      "  holdfast workflows list --tag nightly --name build --storage \"$DATABASE_URL\""
    })
public final class WorkflowListCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final SpanOption created = new SpanOption();

  @Option(
      names = "--name",
      paramLabel = "PART",
      description = "Only those whose name contains this; upper and lower case differ.")
  private @Nullable String namePart;

  @Option(names = "--tag", paramLabel = "TAG", description = "Only those with this tag.")
  private @Nullable String tag;

  @Option(names = "--author", paramLabel = "AUTHOR", description = "Only those by this author.")
  private @Nullable String author;

  @Option(names = "--after", paramLabel = "WORKFLOW", description = "Begin behind this one.")
  private @Nullable String after;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Paging.LIMIT_DEFAULT,
      description = "The most to list, 1 to 10,000. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    WorkflowFilter filter = filter();
    return Await.exitCode(storage.reading(opened -> list(opened, filter)));
  }

  private WorkflowFilter filter() {
    return new WorkflowFilter(
        namePart, tag, author, created.span(), after == null ? null : new WorkflowId(after), limit);
  }

  private Mono<Integer> list(UnifiedStorage opened, WorkflowFilter filter) {
    return opened.workflows().summaries(filter).collectList().map(this::print);
  }

  private int print(List<WorkflowSummary> summaries) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      summaries.forEach(summary -> out.println(WorkflowText.json(summary)));
    } else {
      WorkflowText.table(out, summaries);
    }
    return ExitCode.OK;
  }
}
