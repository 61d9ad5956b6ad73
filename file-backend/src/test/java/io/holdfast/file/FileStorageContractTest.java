package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.BadInputContract;
import io.holdfast.contract.ConsumeContract;
import io.holdfast.contract.Contracts;
import io.holdfast.contract.EventArchiveContract;
import io.holdfast.contract.EventLogContract;
import io.holdfast.contract.EventMonthsContract;
import io.holdfast.contract.EventSubscriptionContract;
import io.holdfast.contract.LifecycleContract;
import io.holdfast.contract.MigrationLedgerContract;
import io.holdfast.contract.NeighbourContract;
import io.holdfast.contract.ReactiveContract;
import io.holdfast.contract.RelocationContract;
import io.holdfast.contract.SubscriptionLedgerContract;
import io.holdfast.contract.TransactionContract;
import io.holdfast.contract.TransferContract;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promises files keep; those of the stores are in {@link FileStoresContractTest}. */
class FileStorageContractTest {

  @Test
  void takes_on_every_contract() {
    assertThat(Contracts.missingFrom(FileStorageContractTest.class, FileStoresContractTest.class))
        .isEmpty();
    assertThat(Contracts.missingFrom(DualStorageContractTest.class)).isEmpty();
  }

  @Nested
  class Events extends OpenedDirectory implements EventLogContract {}

  @Nested
  class Subscriptions extends OpenedDirectory implements EventSubscriptionContract {}

  @Nested
  class Archives extends OpenedDirectory implements EventArchiveContract {}

  @Nested
  class Months extends OpenedDirectory implements EventMonthsContract {}

  @Nested
  class DurableSubscriptions extends OpenedDirectory implements SubscriptionLedgerContract {}

  @Nested
  class Consumers extends OpenedDirectory implements ConsumeContract {}

  @Nested
  class Transactions extends OpenedDirectory implements TransactionContract {}

  @Nested
  class Transfers extends OpenedDirectory implements TransferContract {}

  @Nested
  class Migrations extends OpenedDirectory implements MigrationLedgerContract {}

  @Nested
  class Relocations extends OpenedDirectory implements RelocationContract {

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
  class Lifecycle extends OpenedDirectory implements LifecycleContract {}

  @Nested
  class Publishers extends OpenedDirectory implements ReactiveContract {}

  @Nested
  class BadInput extends OpenedDirectory implements BadInputContract {}

  @Nested
  class Neighbours extends OpenedDirectory implements NeighbourContract {

    @RegisterExtension final FreshDirectory beside = new FreshDirectory();

    @Override
    public UnifiedStorage neighbour() {
      return beside.storage();
    }
  }
}
