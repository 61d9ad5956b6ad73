package io.holdfast.contract;

import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/** How blocking calls are found while the tests of a backend run. */
public final class BlockingCalls implements BlockHoundIntegration {

  /** For {@link java.util.ServiceLoader}. */
  public BlockingCalls() {}

  @Override
  public void applyTo(BlockHound.Builder builder) {
    // Taking back a timer takes the lock of their queue for a moment, as setting one does. Reactor
    // allows it for those that fire once, not for intervals.
    builder.allowBlockingCallsInside(
        "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
    builder.blockingMethodCallback(BlockingCalls::refuse);
  }

  /**
   * Says where, for the error may never arrive: thrown out of the queue of a lock, it leaves a
   * waiter there that nobody wakes, and all behind it wait for ever.
   */
  private static void refuse(BlockingMethod method) {
    BlockingOperationError error = new BlockingOperationError(method);
    error.printStackTrace();
    throw error;
  }
}
