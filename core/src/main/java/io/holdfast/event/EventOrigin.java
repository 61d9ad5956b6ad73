package io.holdfast.event;

import io.holdfast.Names;
import org.jspecify.annotations.Nullable;

/**
 * Where an event comes from. Each part is a {@linkplain Names#check name} or absent.
 *
 * @param id the caller's own id of the event
 * @param correlationId what ties events of several jobs together
 * @param agentId who reported it
 */
public record EventOrigin(
    @Nullable String id, @Nullable String correlationId, @Nullable String agentId) {

  /** Nothing is known. */
  public static final EventOrigin UNKNOWN = new EventOrigin(null, null, null);

  /** Checks the names that are there. */
  public EventOrigin {
    checkIfPresent("event id", id);
    checkIfPresent("correlation id", correlationId);
    checkIfPresent("agent id", agentId);
  }

  private static void checkIfPresent(String what, @Nullable String value) {
    if (value != null) {
      Names.check(what, value);
    }
  }
}
