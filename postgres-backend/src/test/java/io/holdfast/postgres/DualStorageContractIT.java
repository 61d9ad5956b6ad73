package io.holdfast.postgres;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.BadInputContract;
import io.holdfast.contract.CheckpointStoreContract;
import io.holdfast.contract.CheckpointVandal;
import io.holdfast.contract.ConsumeContract;
import io.holdfast.contract.DeadLetterQueueContract;
import io.holdfast.contract.EventArchiveContract;
import io.holdfast.contract.EventLogContract;
import io.holdfast.contract.EventMonthsContract;
import io.holdfast.contract.EventSubscriptionContract;
import io.holdfast.contract.LifecycleContract;
import io.holdfast.contract.LockStoreContract;
import io.holdfast.contract.MigrationLedgerContract;
import io.holdfast.contract.NeighbourContract;
import io.holdfast.contract.ReactiveContract;
import io.holdfast.contract.RelocationContract;
import io.holdfast.contract.SessionStoreContract;
import io.holdfast.contract.SubscriptionLedgerContract;
import io.holdfast.contract.TransactionContract;
import io.holdfast.contract.TransferContract;
import io.holdfast.contract.WorkflowStoreContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two schemas behind one storage keep the promises of one. It takes minutes. */
@Tag("soak")
class DualStorageContractIT {

  /** Opens two fresh schemas for each test. */
  abstract static class Opened {

    @RegisterExtension final DualSchemas schemas = new DualSchemas();

    public UnifiedStorage storage() {
      return schemas.storage();
    }

    public UnifiedStorage reopen() {
      return schemas.reopen();
    }
  }

  @Nested
  class Events extends Opened implements EventLogContract {}

  @Nested
  class Subscriptions extends Opened implements EventSubscriptionContract {}

  @Nested
  class Archives extends Opened implements EventArchiveContract {}

  @Nested
  class Months extends Opened implements EventMonthsContract {}

  @Nested
  class Sessions extends Opened implements SessionStoreContract {}

  @Nested
  class Checkpoints extends Opened implements CheckpointStoreContract {

    @Override
    public CheckpointVandal vandal() {
      return new RowVandal(schemas.first());
    }
  }

  @Nested
  class DeadLetters extends Opened implements DeadLetterQueueContract {}

  @Nested
  class Workflows extends Opened implements WorkflowStoreContract {}

  @Nested
  class Locks extends Opened implements LockStoreContract {}

  @Nested
  class DurableSubscriptions extends Opened implements SubscriptionLedgerContract {}

  @Nested
  class Consumers extends Opened implements ConsumeContract {}

  @Nested
  class Transactions extends Opened implements TransactionContract {}

  @Nested
  class Transfers extends Opened implements TransferContract {}

  @Nested
  class Migrations extends Opened implements MigrationLedgerContract {}

  @Nested
  class Relocations extends Opened implements RelocationContract {

    @Override
    public UnifiedStorage openToRead() {
      return schemas.openToRead();
    }
  }

  @Nested
  class Lifecycle extends Opened implements LifecycleContract {}

  @Nested
  class Publishers extends Opened implements ReactiveContract {}

  @Nested
  class BadInput extends Opened implements BadInputContract {}

  @Nested
  class Neighbours extends Opened implements NeighbourContract {

    @Override
    public UnifiedStorage neighbour() {
      return schemas.first().neighbour();
    }
  }
}
