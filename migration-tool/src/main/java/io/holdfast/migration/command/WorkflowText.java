package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowSummary;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Workflows and executions as people and programs read them. */
final class WorkflowText {

  private static final int DETAILS_MAX = 60;

  private WorkflowText() {}

  /** A table, a workflow a line. */
  static void table(PrintWriter out, List<WorkflowSummary> summaries) {
    Table table =
        new Table()
            .left("workflow")
            .right("version")
            .right("executions")
            .left("last started")
            .left("status")
            .left("author")
            .left("name");
    summaries.forEach(summary -> row(table, summary));
    table.print(out);
  }

  private static void row(Table table, WorkflowSummary summary) {
    Workflow workflow = summary.workflow();
    WorkflowExecution last = summary.last();
    table.row(
        workflow.id(),
        workflow.version(),
        String.format(Locale.ROOT, "%,d", summary.executions()),
        last == null ? "-" : StorageTime.format(last.startedAt()),
        last == null ? "-" : last.status(),
        orDash(workflow.details().author()),
        workflow.details().name());
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "-" : text;
  }

  private static String time(@Nullable Instant time) {
    return time == null ? "-" : StorageTime.format(time);
  }

  /** Everything about one in lines, and a table of executions. */
  static void details(
      PrintWriter out, WorkflowSummary summary, List<WorkflowExecution> executions) {
    Workflow workflow = summary.workflow();
    WorkflowDetails details = workflow.details();
    field(out, "workflow", workflow.id());
    field(out, "version", workflow.version());
    field(out, "name", details.name());
    field(out, "author", orDash(details.author()));
    field(out, "tags", String.join(", ", details.tags().stream().sorted(Names.ORDER).toList()));
    field(out, "about", orDash(details.description()));
    field(out, "created", StorageTime.format(workflow.createdAt()));
    field(out, "updated", StorageTime.format(workflow.updatedAt()));
    field(out, "content", String.format(Locale.ROOT, "%,d bytes", details.content().sizeBytes()));
    field(out, "executions", String.format(Locale.ROOT, "%,d", summary.executions()));
    table(executions).print(out);
  }

  /** A table, an execution a line. */
  static Table table(List<WorkflowExecution> executions) {
    Table table =
        new Table()
            .left("execution")
            .left("status")
            .left("started")
            .left("finished")
            .left("details");
    executions.forEach(
        run ->
            table.row(
                run.id(),
                run.status(),
                time(run.startedAt()),
                time(run.finishedAt()),
                cut(run.details().toString())));
    return table;
  }

  private static void field(PrintWriter out, String name, Object value) {
    out.println(String.format(Locale.ROOT, "%-10s  %s", name, value).stripTrailing());
  }

  private static String cut(String text) {
    return text.length() <= DETAILS_MAX ? text : text.substring(0, DETAILS_MAX) + "...";
  }

  static Json json(WorkflowSummary summary) {
    return Json.from(members(summary));
  }

  /** With the definition, and the executions. */
  static Json json(WorkflowSummary summary, List<WorkflowExecution> executions) {
    Map<String, Object> json = members(summary);
    json.put("content", summary.workflow().details().content().tree());
    json.put("history", executions.stream().map(run -> encoded(run)).toList());
    return Json.from(json);
  }

  private static Map<String, Object> members(WorkflowSummary summary) {
    Workflow workflow = summary.workflow();
    WorkflowDetails details = workflow.details();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", workflow.id().value());
    json.put("version", workflow.version());
    json.put("name", details.name());
    json.put("author", details.author());
    json.put("description", details.description());
    json.put("tags", details.tags().stream().sorted(Names.ORDER).toList());
    json.put("createdAt", StorageTime.format(workflow.createdAt()));
    json.put("updatedAt", StorageTime.format(workflow.updatedAt()));
    json.put("executions", summary.executions());
    json.put("last", summary.last() == null ? null : encoded(summary.last()));
    return json;
  }

  private static Object encoded(WorkflowExecution run) {
    return WorkflowExecution.KIND.encode(run).tree();
  }
}
