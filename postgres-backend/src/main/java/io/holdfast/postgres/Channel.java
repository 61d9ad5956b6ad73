package io.holdfast.postgres;

import io.holdfast.Names;

/**
 * A store's notification channel, and the voice of one process on it.
 *
 * @param name short, and safe where an identifier must be quoted
 * @param voice what tells this process's messages from those of others
 */
record Channel(String name, String voice) {

  private static final String PING = "ping ";

  static Channel of(SchemaName schema) {
    return new Channel("holdfast_" + schema.value(), Names.unique());
  }

  /** The message that says that a connection hears; it means nothing else to anybody. */
  String ping() {
    return PING + voice;
  }

  /** True for what another process has announced; ours we know already. */
  boolean isNews(String message) {
    return !message.startsWith(PING) && !message.equals(voice);
  }
}
