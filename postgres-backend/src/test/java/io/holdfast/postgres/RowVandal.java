package io.holdfast.postgres;

import io.holdfast.WorkflowId;
import io.holdfast.contract.CheckpointVandal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Damages checkpoints with SQL. */
record RowVandal(PostgresServer server) implements CheckpointVandal {

  private static final String OF_CHECKPOINT = " WHERE workflow_id = ? AND version = ?";
  private static final String OF_PACK = " WHERE workflow_id = ? AND pack = ?";

  @Override
  public void damage(Part part, WorkflowId workflow, long version) {
    try (Connection connection = server.jdbc();
        PreparedStatement statement = connection.prepareStatement(sql(part))) {
      statement.setString(1, workflow.value());
      statement.setLong(2, version);
      int rows = statement.executeUpdate();
      if (rows != 1) {
        throw new AssertionError(part + ": damaged " + rows + " rows");
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static String sql(Part part) {
    return switch (part) {
      case STATE ->
          "UPDATE checkpoints SET state = replace(state::text, '12345', '12346')::jsonb"
              + OF_CHECKPOINT;
      case ROW -> "UPDATE checkpoints SET metadata = metadata || '{\"x\":1}'" + OF_CHECKPOINT;
      case MANIFEST -> "UPDATE checkpoints SET " + flip("manifest") + OF_CHECKPOINT;
      case DIRECTORY -> "UPDATE checkpoint_packs SET " + flip("directory") + OF_PACK;
      case BODY -> "UPDATE checkpoint_packs SET " + flip("body") + OF_PACK;
      case PACK -> "DELETE FROM checkpoint_packs" + OF_PACK;
    };
  }

  private static String flip(String column) {
    String middle = "(length(%s) / 2)".formatted(column);
    return "%1$s = set_byte(%1$s, %2$s, get_byte(%1$s, %2$s) # 1)".formatted(column, middle);
  }
}
