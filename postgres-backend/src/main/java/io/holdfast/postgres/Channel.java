package io.holdfast.postgres;

/**
 * The names of a store's notification channel: short, and safe where an identifier must be quoted.
 */
record Channel(String name) {

  static Channel of(SchemaName schema) {
    return new Channel("holdfast_" + schema.value());
  }
}
