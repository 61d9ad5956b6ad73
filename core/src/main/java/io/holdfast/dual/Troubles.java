package io.holdfast.dual;

import io.holdfast.RecordKind;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps the following side from being like the leading one, until it does so no longer. */
final class Troubles {

  static final String EVENTS = "events";

  private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

  private final Map<String, String> current = new ConcurrentHashMap<>();
  private final DualMeters meters;

  Troubles(DualMeters meters) {
    this.meters = meters;
  }

  /** Logged when it begins, and not again at each attempt. */
  void met(String what, Throwable error) {
    meters.failed();
    String problem = what + " cannot be copied: " + error;
    if (current.put(what, problem) == null) {
      LOG.warn("{}; tried again until it works", problem);
    }
  }

  void over(String what) {
    if (current.remove(what) != null) {
      LOG.info("{} are copied again", what);
    }
  }

  Optional<String> any() {
    return current.values().stream().sorted().findFirst();
  }

  static String of(RecordKind<?> kind) {
    return kind.name();
  }
}
