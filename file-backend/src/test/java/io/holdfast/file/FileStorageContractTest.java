package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.BadInputContract;
import io.holdfast.contract.CheckpointStoreContract;
import io.holdfast.contract.CheckpointVandal;
import io.holdfast.contract.ConsumeContract;
import io.holdfast.contract.Contracts;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promises files keep. */
class FileStorageContractTest {

  /** Opens a fresh directory for each test. */
  abstract static class Opened {

    @RegisterExtension final FreshDirectory directory = new FreshDirectory();

    public UnifiedStorage storage() {
      return directory.storage();
    }

    public UnifiedStorage reopen() {
      return directory.reopen();
    }
  }

  @Test
  void takes_on_every_contract() {
    assertThat(Contracts.missingFrom(FileStorageContractTest.class)).isEmpty();
    assertThat(Contracts.missingFrom(DualStorageContractTest.class)).isEmpty();
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
      return new DocumentVandal(directory);
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

    private final List<UnifiedStorage> readers = new ArrayList<>();

    @Override
    public UnifiedStorage openToRead() {
      UnifiedStorage reader =
          FreshDirectory.open(
              FileConfiguration.builder(directory.path())
                  .access(FileConfiguration.Access.READ)
                  .build());
      readers.add(reader);
      return reader;
    }

    @AfterEach
    void close_readers() {
      readers.forEach(FreshDirectory::close);
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
