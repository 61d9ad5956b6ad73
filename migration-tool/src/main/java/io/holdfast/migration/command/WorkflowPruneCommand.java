package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.WorkflowExecution;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast workflows prune}. */
@Command(
    name = "prune",
    header = "Delete old executions of a workflow for good.",
    description = {
      "Those that no rule keeps; the last one always stays, and so do all that are running. They"
          + " still count. Asks for --yes, and with --dry-run only lists what would go, up to"
          + " 10,000."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast workflows prune nightly-build --keep-last 100 --dry-run --storage"
          + " \"$DATABASE_URL\"",
      "  holdfast workflows prune nightly-build --keep-last 10 --older-than 30d --yes \\",
      "      --storage \"$DATABASE_URL\""
    })
public final class WorkflowPruneCommand implements Callable<Integer> {

  /** So many are deleted in one transaction. */
  private static final int STEP = 1_000;

  @Mixin private final StorageOption storage = new StorageOption();

  @Parameters(paramLabel = "WORKFLOW", description = "The workflow.")
  private String workflow = "";

  @Option(
      names = "--keep-last",
      required = true,
      paramLabel = "N",
      description = "The last N stay, at least 1.")
  private int keepLast;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Only what was started so long ago goes: 7d, 24h or 30m.")
  private @Nullable String olderThan;

  @Mixin private final Consent consent = new Consent();

  @Option(names = "--json", description = "Print one JSON object; with --dry-run, one a line.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    boolean dryRun = consent.isDryRun(command.commandLine());
    WorkflowId id = new WorkflowId(workflow);
    ExecutionRetention last = ExecutionRetention.last(keepLast);
    ExecutionRetention retention =
        olderThan == null ? last : last.startedBefore(Age.ago(olderThan));
    return Await.exitCode(
        dryRun
            ? storage.reading(
                opened ->
                    opened
                        .workflows()
                        .get(id)
                        .thenMany(opened.workflows().listPrunable(id, retention, Paging.LIMIT_MAX))
                        .collectList()
                        .map(this::print))
            : storage.using(opened -> pruned(opened, id, retention).map(this::say)));
  }

  private static Mono<Long> pruned(
      UnifiedStorage opened, WorkflowId id, ExecutionRetention retention) {
    return opened
        .workflows()
        .get(id)
        .then(
            Mono.defer(() -> opened.workflows().prune(id, retention, STEP))
                .repeat()
                .takeUntil(count -> count < STEP)
                .reduce(0L, Long::sum));
  }

  private int print(List<WorkflowExecution> executions) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      executions.forEach(run -> out.println(WorkflowExecution.KIND.encode(run)));
    } else {
      out.println(String.format(Locale.ROOT, "Would be deleted: %,d", executions.size()));
      WorkflowText.table(executions).print(out);
    }
    return ExitCode.OK;
  }

  private int say(long count) {
    command
        .commandLine()
        .getOut()
        .println(
            json
                ? Json.from(Map.of("done", "deleted", "what", workflow, "executions", count))
                : String.format(
                    Locale.ROOT,
                    "%s: deleted %,d %s",
                    workflow,
                    count,
                    count == 1 ? "execution" : "executions"));
    return ExitCode.OK;
  }
}
