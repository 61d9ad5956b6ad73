package io.holdfast.contract;

import io.holdfast.UnifiedStorage;
import org.junit.jupiter.api.BeforeEach;
import reactor.test.StepVerifier;

/** What every contract needs from a backend. */
public interface StorageContract {

  /**
   * The storage: fresh and empty for this test, and the same object at each call within it. May be
   * called on any thread.
   */
  UnifiedStorage storage();

  /**
   * Closes the storage and opens the same data again; {@link #storage()} returns it from now on.
   */
  UnifiedStorage reopen();

  /** No verification waits for ever. */
  @BeforeEach
  default void limit_waiting() {
    StepVerifier.setDefaultTimeout(Await.LIMIT);
  }
}
