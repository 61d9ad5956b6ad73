package io.holdfast.dual;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps the following side from being like the leading one, until it does so no longer. */
final class Troubles {

  static final String EVENTS = "events";
  static final String STORE = "the store as a whole";
  static final String EXCHANGE = "the note of who leads, for which all writes wait,";

  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

  private final Map<String, String> current = new ConcurrentHashMap<>();
  private final DualMeters meters;

  Troubles(DualMeters meters) {
    this.meters = meters;
  }

  /** Logged when it begins, and not again at each attempt. */
  void met(String what, String problem) {
    meters.failed();
    if (current.put(what, what + " cannot be copied: " + problem) == null) {
      LOG.warn("The following side: {} cannot be copied: {}; tried again", what, problem);
    }
  }

  void over(String what) {
    if (current.remove(what) != null) {
      LOG.info("The following side: {} are copied again", what);
    }
  }

  /** True if that goes on. */
  boolean has(String what) {
    return current.containsKey(what);
  }

  Optional<String> any() {
    return current.values().stream().sorted().findFirst();
  }
}
