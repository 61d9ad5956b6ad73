package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.contract.Await;
import io.holdfast.contract.SlowState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What versions from before large states were cut into pieces have written. */
class CheckpointUpgradeIT {

  private static final WorkflowId WORKFLOW = new WorkflowId("old");

  private static final String HEAD =
      "INSERT INTO checkpoint_heads (workflow_id, version) VALUES ('old', 1)";

  private static final String ROW =
      """
      INSERT INTO checkpoints (workflow_id, version, created_at, size_bytes, sha256, metadata, state,
        write_id)
      VALUES ('old', 1, now(), ?, ?, '{"by":"an older one"}', ?::jsonb, 'w-1')
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static CheckpointStore checkpoints() {
    return SERVER.storage().checkpoints();
  }

  private static void writeAsBefore(Json state, String sha256) throws SQLException {
    SERVER.storage();
    try (Connection connection = SERVER.jdbc();
        PreparedStatement head = connection.prepareStatement(HEAD);
        PreparedStatement row = connection.prepareStatement(ROW)) {
      head.executeUpdate();
      row.setLong(1, StateDigest.of(state).sizeBytes());
      row.setString(2, sha256);
      row.setString(3, state.toString());
      row.executeUpdate();
    }
  }

  @Test
  void is_read_copied_and_built_on() throws SQLException {
    SlowState state = new SlowState(200, 500, 1);
    writeAsBefore(state.json(), StateDigest.of(state.json()).sha256());

    Checkpoint old = Await.value(checkpoints().findLatest(WORKFLOW));
    assertThat(old.content())
        .isEqualTo(new CheckpointContent(state.json(), Json.of("{\"by\":\"an older one\"}")));
    List<Checkpoint> history = new ArrayList<>(List.of(old));
    for (int version = 1; version < 5; version++) {
      state.change(5);
      history.add(Await.value(checkpoints().append(WORKFLOW, version, state.content())));
    }
    assertThat(Await.all(SERVER.storage().transfer(Checkpoint.KIND).export())).isEqualTo(history);
    assertThat(Await.all(checkpoints().list(WORKFLOW, 10))).hasSize(5);
    Await.value(checkpoints().prune(WORKFLOW, CheckpointRetention.last(1)));
    assertThat(Await.value(checkpoints().findLatest(WORKFLOW))).isEqualTo(history.get(4));
  }

  @Test
  void is_still_checked() throws SQLException {
    writeAsBefore(new SlowState(200, 500, 1).json(), "0".repeat(64));

    Await.failure(CorruptDataException.class, checkpoints().findLatest(WORKFLOW));
  }
}
