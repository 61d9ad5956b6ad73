package io.holdfast.file;

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
import io.holdfast.dual.DualMode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two directories behind one storage keep the promises of one. It takes minutes. */
@Tag("soak")
class DualStorageContractTest {

  /** Opens two fresh directories for each test. */
  abstract static class Opened {

    @RegisterExtension final DualDirectories directory = DualDirectories.in(MODE);

    public UnifiedStorage storage() {
      return directory.storage();
    }

    public UnifiedStorage reopen() {
      return directory.reopen();
    }
  }

  /** Both sides are read, so that comparing is seen to be in nobody's way. */
  private static final DualMode MODE = DualMode.READ_VALIDATION;

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
      return directory::damage;
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
      return directory.openToRead();
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

    @RegisterExtension final FreshDirectory beside = new FreshDirectory();

    @Override
    public UnifiedStorage neighbour() {
      return beside.storage();
    }
  }
}
