package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Opens a storage for as long as a command needs it. */
public final class Storages {

  private Storages() {}

  /**
   * Opens the storage at {@code url}, does {@code work}, closes it whatever came of it. Fails with
   * {@link Interrupted}, once it is closed, when the process is asked to end.
   */
  public static <T> Mono<T> using(String url, Function<UnifiedStorage, Mono<T>> work) {
    return Mono.usingWhen(
        Holdfast.open(url),
        storage -> Shutdown.ends(Mono.defer(() -> work.apply(storage))),
        UnifiedStorage::close);
  }
}
