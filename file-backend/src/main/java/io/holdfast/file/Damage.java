package io.holdfast.file;

import io.holdfast.CorruptDataException;
import java.util.function.Consumer;

/** What a reader does about a record that is damaged: gives up, or passes over it. */
interface Damage {

  /** Gives up. */
  Damage FAILS =
      found -> {
        throw found;
      };

  /** Returns to pass over what was {@code found}. */
  void is(CorruptDataException found);

  /** Passes over it, and tells {@code hearer}. */
  static Damage toldTo(Consumer<? super CorruptDataException> hearer) {
    return hearer::accept;
  }
}
