package io.holdfast.postgres;

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
import io.holdfast.contract.StorageContract;
import io.holdfast.contract.SubscriptionLedgerContract;
import io.holdfast.contract.TransactionContract;
import io.holdfast.contract.TransferContract;
import io.holdfast.contract.WorkflowStoreContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promises PostgreSQL keeps. */
class PostgresStorageContractIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  /** Where the contracts find their storage. */
  interface OnPostgres extends StorageContract {

    @Override
    default UnifiedStorage storage() {
      return SERVER.storage();
    }

    @Override
    default UnifiedStorage reopen() {
      return SERVER.reopen();
    }
  }

  @Test
  void takes_on_every_contract() {
    assertThat(Contracts.missingFrom(PostgresStorageContractIT.class)).isEmpty();
    assertThat(Contracts.missingFrom(DualStorageContractIT.class)).isEmpty();
  }

  @Nested
  class Events implements OnPostgres, EventLogContract {}

  @Nested
  class Subscriptions implements OnPostgres, EventSubscriptionContract {}

  @Nested
  class Archives implements OnPostgres, EventArchiveContract {}

  @Nested
  class Months implements OnPostgres, EventMonthsContract {}

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

  @Nested
  class DurableSubscriptions implements OnPostgres, SubscriptionLedgerContract {}

  @Nested
  class Consumers implements OnPostgres, ConsumeContract {}

  @Nested
  class Transactions implements OnPostgres, TransactionContract {}

  @Nested
  class Transfer implements OnPostgres, TransferContract {}

  @Nested
  class Migrations implements OnPostgres, MigrationLedgerContract {}

  @Nested
  class Relocations implements OnPostgres, RelocationContract {

    @Override
    public UnifiedStorage openToRead() {
      return SERVER.open(SERVER.currentUrl() + "&upgrade=no");
    }
  }

  @Nested
  class Reactive implements OnPostgres, ReactiveContract {}

  @Nested
  class BadInput implements OnPostgres, BadInputContract {}

  @Nested
  class Lifecycle implements OnPostgres, LifecycleContract {}

  @Nested
  class Neighbours implements OnPostgres, NeighbourContract {

    @Override
    public UnifiedStorage neighbour() {
      return SERVER.neighbour();
    }
  }
}
