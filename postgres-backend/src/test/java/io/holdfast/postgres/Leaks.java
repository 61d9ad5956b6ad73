package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Turns what Netty's leak detector finds, which it only logs, into failures. */
final class Leaks {

  /**
   * Where the driver keeps encoded parameters until they are sent. Version 1.1.1 forgets those of a
   * statement whose connection breaks first (its issue 717, mended in 1.1.2): a few bytes each, and
   * not ours to release.
   */
  private static final String UNSENT = "PostgresqlStatement.lambda$collectBindingParameters";

  /**
   * Where the driver encodes messages. One whose connection closes in the very moment is neither
   * written nor released: the last that touched it is the driver's encoder, not the channel.
   */
  private static final String ENCODED = "message.frontend.CompositeFrontendMessage.lambda$encode";

  /** More than it takes to be bad luck. */
  private static final int ENCODED_MAX = 2;

  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();
  private static final Queue<String> TOLERATED = new ConcurrentLinkedQueue<>();

  private Leaks() {}

  /** Must come before the first buffer. */
  static void watch() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Recording());
  }

  static void requireNone() {
    List<String> found = new ArrayList<>(FOUND);
    FOUND.clear();
    List<String> unwritten = new ArrayList<>(TOLERATED);
    TOLERATED.clear();
    if (unwritten.size() > ENCODED_MAX) {
      found.addAll(unwritten);
    }
    assertThat(found).as("buffers that nobody released").isEmpty();
  }

  /** Not where it was created: the encoder has made all messages. */
  private static String lastRecord(String records) {
    return records.split("#2:|Created at:", 2)[0];
  }

  private static final class Recording extends ResourceLeakDetectorFactory {

    @Override
    @SuppressWarnings("deprecation") // The one to override still has the argument nobody uses.
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return new ResourceLeakDetector<>(resource, samplingInterval) {
        @Override
        protected void reportTracedLeak(String resourceType, String records) {
          if (lastRecord(records).contains(ENCODED)) {
            TOLERATED.add(resourceType + records);
          } else if (!records.contains(UNSENT)) {
            FOUND.add(resourceType + records);
          }
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
          FOUND.add(resourceType);
        }
      };
    }
  }
}
