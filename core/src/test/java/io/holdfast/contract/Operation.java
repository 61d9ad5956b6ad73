package io.holdfast.contract;

import io.holdfast.UnifiedStorage;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;

/**
 * One operation of the SPI, ready to be tried on any storage in any way.
 *
 * @param name as people call it
 * @param emits what it promises to emit
 * @param writes true if it leaves a trace in the exported records
 * @param prepare sets up what the operation needs, under ids of its own, and returns how to
 *     assemble it; as prepared, the operation succeeds
 */
record Operation(
    String name,
    Emits emits,
    boolean writes,
    Function<UnifiedStorage, Supplier<Publisher<?>>> prepare) {

  private static final AtomicInteger IDS = new AtomicInteger();

  /** How much a publisher emits when it succeeds. */
  enum Emits {
    /** Nothing, and then completes. */
    NOTHING,
    /** Exactly one value: never empty. */
    ONE,
    /** At least one value, as prepared. */
    SOME
  }

  /** Every operation. */
  static List<Operation> all() {
    return Stream.of(
            EventOperations.all(),
            RecordOperations.all(),
            LeaseOperations.all(),
            SubscriptionOperations.all(),
            MigrationOperations.all())
        .flatMap(List::stream)
        .toList();
  }

  /** An id that no other operation uses. */
  static String freshId() {
    return "operation-" + IDS.incrementAndGet();
  }

  static <C> Operation reads(
      String name,
      Emits emits,
      Function<UnifiedStorage, C> given,
      BiFunction<UnifiedStorage, C, Publisher<?>> assemble) {
    return of(name, emits, false, given, assemble);
  }

  static <C> Operation writes(
      String name,
      Emits emits,
      Function<UnifiedStorage, C> given,
      BiFunction<UnifiedStorage, C, Publisher<?>> assemble) {
    return of(name, emits, true, given, assemble);
  }

  private static <C> Operation of(
      String name,
      Emits emits,
      boolean writes,
      Function<UnifiedStorage, C> given,
      BiFunction<UnifiedStorage, C, Publisher<?>> assemble) {
    return new Operation(
        name,
        emits,
        writes,
        storage -> {
          C context = given.apply(storage);
          return () -> assemble.apply(storage, context);
        });
  }

  @Override
  public String toString() {
    return name;
  }
}
