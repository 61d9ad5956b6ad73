package io.holdfast.postgres;

import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowSummary;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Workflows and executions as columns. */
final class WorkflowRows {

  /** The columns that {@link #workflow} reads. */
  static final String WORKFLOW =
      "workflow_id, version, name, author, description, tags, content, created_at, updated_at";

  /** The columns that {@link #execution} reads. */
  static final String EXECUTION =
      "workflow_id, execution_id, status, started_at, finished_at, details";

  static final String WORKFLOW_OF_W = of("w", WORKFLOW);
  static final String EXECUTION_OF_E = of("e", EXECUTION);

  private static final int WORKFLOW_COLUMNS = 9;

  private WorkflowRows() {}

  /** The same columns of {@code alias}. */
  private static String of(String alias, String columns) {
    return Stream.of(columns.split(", "))
        .map(column -> alias + "." + column)
        .collect(Collectors.joining(", "));
  }

  static String[] tags(WorkflowDetails details) {
    return details.tags().toArray(String[]::new);
  }

  static Workflow workflow(Columns row) {
    return new Workflow(
        new WorkflowId(row.text(0)),
        row.number(1),
        new WorkflowDetails(
            row.text(2), row.textOrNull(3), row.textOrNull(4), Set.of(row.texts(5)), row.json(6)),
        row.time(7),
        row.time(8));
  }

  static WorkflowExecution execution(Columns row) {
    return execution(row, 0);
  }

  private static WorkflowExecution execution(Columns row, int first) {
    return new WorkflowExecution(
        new WorkflowId(row.text(first)),
        new ExecutionId(row.text(first + 1)),
        ExecutionStatus.valueOf(row.text(first + 2)),
        row.time(first + 3),
        row.timeOrNull(first + 4),
        row.json(first + 5));
  }

  /** A workflow, the number of its executions, and the columns of the last one, or nulls. */
  static WorkflowSummary summary(Columns row) {
    int last = WORKFLOW_COLUMNS + 1;
    return new WorkflowSummary(
        workflow(row),
        row.number(WORKFLOW_COLUMNS),
        row.textOrNull(last) == null ? null : execution(row, last));
  }
}
