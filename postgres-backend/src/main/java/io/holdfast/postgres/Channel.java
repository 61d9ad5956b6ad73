package io.holdfast.postgres;

import io.holdfast.Names;
import io.holdfast.lock.LockName;
import java.util.function.BiConsumer;

/**
 * A store's notification channel, and the voice of one process on it.
 *
 * @param name short, and safe where an identifier must be quoted
 * @param voice what tells this process's messages from those of others; without a space
 */
record Channel(String name, String voice) {

  private static final String PING = "ping ";
  private static final String LOCK = "lock ";
  private static final String SESSIONS = "sessions ";

  static Channel of(SchemaName schema) {
    return new Channel("holdfast_" + schema.value(), Names.unique());
  }

  /** The message that says that a connection hears; it means nothing else to anybody. */
  String ping() {
    return PING + voice;
  }

  /** The message that there are new events. */
  String events() {
    return voice;
  }

  /** The message that sessions have changed. */
  String sessions() {
    return SESSIONS + voice;
  }

  /** True for changed sessions that another process has announced; ours we know already. */
  boolean isSessionNews(String message) {
    return message.startsWith(SESSIONS) && !message.equals(sessions());
  }

  /** True for new events that another process has announced; ours we know already. */
  boolean isNews(String message) {
    return !message.startsWith(PING)
        && !message.startsWith(LOCK)
        && !message.startsWith(SESSIONS)
        && !message.equals(voice);
  }

  /** The message that a lock may be free. */
  String message(LockCall call) {
    return LOCK + voice + " " + call.process() + " " + call.name().value();
  }

  /** Hands on what {@code message} says of a lock, and whether it is our turn; ours we know. */
  void hearLockCall(String message, BiConsumer<LockName, Boolean> hearer) {
    String[] parts = message.split(" ", 4);
    if (message.startsWith(LOCK) && parts.length == 4) {
      boolean ours = parts[2].equals(voice);
      if (!ours || !parts[1].equals(voice)) {
        hearer.accept(new LockName(parts[3]), ours);
      }
    }
  }
}
