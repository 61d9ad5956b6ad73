package io.holdfast.postgres;

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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The promises PostgreSQL keeps; those of the stores are in {@link PostgresStoresContractIT}. */
class PostgresStorageContractIT {

  @RegisterExtension static final PostgresServer SERVER = OnPostgres.SERVER;

  @Test
  void takes_on_every_contract() {
    assertThat(
            Contracts.missingFrom(PostgresStorageContractIT.class, PostgresStoresContractIT.class))
        .isEmpty();
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
