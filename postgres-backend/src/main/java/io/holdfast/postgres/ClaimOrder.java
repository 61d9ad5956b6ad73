package io.holdfast.postgres;

import io.holdfast.Names;
import io.holdfast.deadletter.DeadLetterKey;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The order in which all lock the states of dead letters, so that no two wait for each other. */
final class ClaimOrder {

  private static final Comparator<DeadLetterKey> BY_KEY =
      Comparator.<DeadLetterKey, String>comparing(key -> key.job().value(), Names.ORDER)
          .thenComparing(key -> key.item().value(), Names.ORDER);

  private ClaimOrder() {}

  static <T> List<T> sorted(List<T> batch, Function<T, DeadLetterKey> key) {
    return batch.stream().sorted(Comparator.comparing(key, BY_KEY)).toList();
  }
}
