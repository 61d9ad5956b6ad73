package io.holdfast.migration.verify;

/** One of the two storages that are compared. */
public enum Side {
  /** Where records come from. */
  SOURCE,
  /** Where they should have arrived. */
  TARGET
}
