package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.contract.Await;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.WorkflowDetails;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Executions that versions from before they were counted have started, or still do. */
class WorkflowUpgradeIT {

  private static final WorkflowId WORKFLOW = new WorkflowId("old");

  private static final String AS_BEFORE =
      """
      DROP TRIGGER executions_counted ON executions;
      DROP FUNCTION count_executions;
      DROP TABLE execution_counts;
      DROP SEQUENCE execution_stripe;
      DROP INDEX executions_of_status, workflows_of_author, workflows_created;
      DELETE FROM schema_history WHERE version = 22;
      """;

  private static final String START_AS_BEFORE =
      """
      INSERT INTO executions (workflow_id, execution_id, status, started_at, details)
      SELECT 'old', 'before-' || txid_current() || '-' || i, 'RUNNING', now(), '{}'
      FROM generate_series(1, 5) i
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long executions() {
    return Await.value(SERVER.storage().workflows().summary(WORKFLOW)).executions();
  }

  @Test
  void are_counted_as_well() throws SQLException {
    Await.value(
        SERVER.storage().workflows().create(WORKFLOW, WorkflowDetails.of("old", Json.EMPTY)));
    execute(AS_BEFORE);
    execute(START_AS_BEFORE);
    UnifiedStorage upgraded = SERVER.reopen();
    assertThat(upgraded).isNotNull();
    assertThat(executions()).as("those that were there").isEqualTo(5);

    Await.value(SERVER.storage().workflows().start(WORKFLOW, new ExecutionId("new"), Json.EMPTY));
    execute(START_AS_BEFORE);
    assertThat(executions()).as("and those that the version before goes on to start").isEqualTo(11);
  }
}
