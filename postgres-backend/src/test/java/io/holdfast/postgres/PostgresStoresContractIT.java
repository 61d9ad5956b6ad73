package io.holdfast.postgres;

import io.holdfast.contract.CheckpointStoreContract;
import io.holdfast.contract.CheckpointVandal;
import io.holdfast.contract.DeadLetterQueueContract;
import io.holdfast.contract.LockStoreContract;
import io.holdfast.contract.SessionStoreContract;
import io.holdfast.contract.WorkflowStoreContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The promises PostgreSQL keeps of each store but the events. On its own, so that it runs at the
 * same time as the rest.
 */
class PostgresStoresContractIT {

  @RegisterExtension static final PostgresServer SERVER = OnPostgres.SERVER;

  @Nested
  class Sessions implements OnPostgres, SessionStoreContract {}

  @Nested
  class Checkpoints implements OnPostgres, CheckpointStoreContract {

    @Override
    public CheckpointVandal vandal() {
      return new RowVandal(SERVER);
    }
  }

  @Nested
  class DeadLetters implements OnPostgres, DeadLetterQueueContract {}

  @Nested
  class Workflows implements OnPostgres, WorkflowStoreContract {}

  @Nested
  class Locks implements OnPostgres, LockStoreContract {}
}
