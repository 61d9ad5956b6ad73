package io.holdfast.migration.prodigy;

import io.holdfast.migration.copy.Intake.Action;

/** Told what becomes of each thing that is found. */
interface Witness {

  /** For the second reading, of which everything has been said. */
  Witness NONE = (kind, action, reason, place, detail) -> {};

  /** {@code detail} says more than {@code reason}, in words for people; it may be empty. */
  void sees(String kind, Action action, String reason, Place place, String detail);
}
