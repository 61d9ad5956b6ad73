package io.holdfast.file;

import io.holdfast.CorruptDataException;
import java.util.function.Consumer;

/** What a reader does about a record that is damaged: gives up, or passes over it. */
interface Damage {

  /** Gives up. */
  Damage FAILS =
      new Damage() {
        @Override
        public void is(CorruptDataException found) {
          throw found;
        }

        @Override
        public boolean isPassedOver() {
          return false;
        }
      };

  /** Returns to pass over what was {@code found}. */
  void is(CorruptDataException found);

  /** False if the reader gives up at the first. */
  default boolean isPassedOver() {
    return true;
  }

  /** Passes over it, and tells {@code hearer}. */
  static Damage toldTo(Consumer<? super CorruptDataException> hearer) {
    return hearer::accept;
  }
}
