package io.holdfast.contract;

import static io.holdfast.contract.Operation.Emits.NOTHING;
import static io.holdfast.contract.Operation.Emits.ONE;
import static io.holdfast.contract.Operation.reads;

import java.util.List;

/**
 * Whether a storage has moved. Moving it is left out, as nothing else could be tried afterwards:
 * {@link RelocationContract} tries it in every way.
 */
final class RelocationOperations {

  private RelocationOperations() {}

  static List<Operation> all() {
    return List.of(
        reads("relocation.storeId", ONE, s -> s, (s, same) -> s.relocation().storeId()),
        reads("relocation.find", NOTHING, s -> s, (s, same) -> s.relocation().find()),
        reads("relocation.takeBack", NOTHING, s -> s, (s, same) -> s.relocation().takeBack()));
  }
}
