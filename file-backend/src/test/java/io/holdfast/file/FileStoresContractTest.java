package io.holdfast.file;

import io.holdfast.contract.CheckpointStoreContract;
import io.holdfast.contract.CheckpointVandal;
import io.holdfast.contract.DeadLetterQueueContract;
import io.holdfast.contract.LockStoreContract;
import io.holdfast.contract.SessionStoreContract;
import io.holdfast.contract.WorkflowStoreContract;
import org.junit.jupiter.api.Nested;

/**
 * The promises files keep of each store but the events. On its own, so that it runs at the same
 * time as the rest.
 */
class FileStoresContractTest {

  @Nested
  class Sessions extends OpenedDirectory implements SessionStoreContract {}

  @Nested
  class Checkpoints extends OpenedDirectory implements CheckpointStoreContract {

    @Override
    public CheckpointVandal vandal() {
      return new DocumentVandal(directory);
    }
  }

  @Nested
  class DeadLetters extends OpenedDirectory implements DeadLetterQueueContract {}

  @Nested
  class Workflows extends OpenedDirectory implements WorkflowStoreContract {}

  @Nested
  class Locks extends OpenedDirectory implements LockStoreContract {}
}
