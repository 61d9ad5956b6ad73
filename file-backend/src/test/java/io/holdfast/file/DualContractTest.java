package io.holdfast.file;

import io.holdfast.UnifiedStorage;
import io.holdfast.contract.RelocationContract;
import org.junit.jupiter.api.Nested;

/** Of {@link DualStorageContractTest}, what is not tried by writing to both sides. */
class DualContractTest {

  @Nested
  class Relocations extends DualStorageContractTest.Opened implements RelocationContract {

    @Override
    public UnifiedStorage openToRead() {
      return directory.openToRead();
    }
  }
}
