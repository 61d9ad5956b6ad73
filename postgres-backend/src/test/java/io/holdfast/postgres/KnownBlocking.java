package io.holdfast.postgres;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** Blocking calls that are not ours to mend; everything else on an event loop fails the test. */
public final class KnownBlocking implements BlockHoundIntegration {

  /** For {@link java.util.ServiceLoader}. */
  public KnownBlocking() {}

  @Override
  public void applyTo(BlockHound.Builder builder) {
    // The driver makes a TLS context for each new connection, which reads the JDK's trust store.
    builder.allowBlockingCallsInside(
        "io.r2dbc.postgresql.client.ReactorNettyClient", "registerSslHandler");
    // Netty's allocator takes a lock of its own for a moment when it makes room for more threads.
    builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator", "allocate");
    // Handing work to a pool of threads takes the lock of its queue, or of its list, for a moment.
    builder.allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute");
  }
}
