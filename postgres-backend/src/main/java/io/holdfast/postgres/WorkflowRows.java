package io.holdfast.postgres;

import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import java.util.Set;

/** Workflows and executions as columns. */
final class WorkflowRows {

  /** The columns that {@link #workflow} reads. */
  static final String WORKFLOW =
      "workflow_id, version, name, author, description, tags, content, created_at, updated_at";

  /** The columns that {@link #execution} reads. */
  static final String EXECUTION =
      "workflow_id, execution_id, status, started_at, finished_at, details";

  private WorkflowRows() {}

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
    return new WorkflowExecution(
        new WorkflowId(row.text(0)),
        new ExecutionId(row.text(1)),
        ExecutionStatus.valueOf(row.text(2)),
        row.time(3),
        row.timeOrNull(4),
        row.json(5));
  }
}
