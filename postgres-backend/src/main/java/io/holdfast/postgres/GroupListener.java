package io.holdfast.postgres;

import java.util.List;
import java.util.function.Supplier;

/** Hears of groups of appends that have committed. */
interface GroupListener {

  /** A group has; {@code runs} says what has become of its positions, to whoever wants to know. */
  void committed(Supplier<List<OwnRun>> runs);

  /** A group has; where its events went is not known. */
  void committed();

  /** The database could not be reached, and may be another server when it can be again. */
  void interrupted();
}
