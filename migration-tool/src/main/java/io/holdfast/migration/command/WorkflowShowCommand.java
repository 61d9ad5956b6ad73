package io.holdfast.migration.command;

import io.holdfast.NotFoundException;
import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowSummary;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast workflows show}. */
@Command(
    name = "show",
    header = "Show one workflow, and its executions, the last started first.",
    description = {
      "--since, --until and --status are about the executions. --json prints the whole definition."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast workflows show nightly-build --storage file:.holdfast",
      "  holdfast workflows show nightly-build --status FAILED --json --storage \"$DATABASE_URL\""
    })
public final class WorkflowShowCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();
  @Mixin private final SpanOption started = new SpanOption();

  @Parameters(paramLabel = "WORKFLOW", description = "The workflow.")
  private String workflow = "";

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only executions with this status: ${COMPLETION-CANDIDATES}.")
  private @Nullable ExecutionStatus status;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "" + Paging.LIMIT_DEFAULT,
      description = "The most executions, 1 to 10,000. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    ExecutionFilter filter =
        new ExecutionFilter(new WorkflowId(workflow), status, started.span(), null, limit);
    return Await.exitCode(storage.reading(opened -> show(opened, filter)));
  }

  private Mono<Integer> show(UnifiedStorage opened, ExecutionFilter filter) {
    return opened
        .workflows()
        .summary(filter.workflow())
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Workflow", workflow)))
        .zipWhen(summary -> opened.workflows().history(filter).collectList(), this::print);
  }

  private int print(WorkflowSummary summary, List<WorkflowExecution> executions) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(WorkflowText.json(summary, executions));
    } else {
      WorkflowText.details(out, summary, executions);
    }
    return ExitCode.OK;
  }
}
