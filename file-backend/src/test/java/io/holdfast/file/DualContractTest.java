package io.holdfast.file;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.RelocationContract;
import io.holdfast.contract.SubscriptionLedgerContract;
import org.junit.jupiter.api.Nested;

/** Of {@link DualStorageContractTest}, what is quick. */
class DualContractTest {

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
