package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Contracts;
import io.holdfast.contract.RelocationContract;
import io.holdfast.contract.SubscriptionLedgerContract;
import io.holdfast.contract.WorkflowStoreContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Of {@link DualStorageContractTest}, what is quick. */
class DualContractTest {

  @Test
  void two_directories_take_on_every_contract() {
    assertThat(Contracts.missingFrom(DualStorageContractTest.class)).isEmpty();
  }

  @Nested
  class Workflows extends DualStorageContractTest.Opened implements WorkflowStoreContract {}

  @Nested
  class Relocations extends DualStorageContractTest.Opened implements RelocationContract {

    @Override
    public UnifiedStorage openToRead() {
      return directory.openToRead();
    }
  }

  @Nested
  class DurableSubscriptions extends DualStorageContractTest.Opened
      implements SubscriptionLedgerContract {}
}
