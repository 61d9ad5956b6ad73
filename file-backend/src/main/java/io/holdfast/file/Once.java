package io.holdfast.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One call of a write: when it is subscribed to again, it returns what it has written, and writes
 * nothing. Decided under the write turn, which is what makes the memory safe; a write that could
 * not be kept leaves a storage behind that refuses all others.
 */
final class Once<T> implements Decision<T> {

  private final Decision<T> decision;
  private volatile @Nullable T written;

  Once(Decision<T> decision) {
    this.decision = decision;
  }

  @Override
  public @Nullable T on(Edit edit) throws IOException {
    if (written == null) {
      written = decision.on(edit);
    }
    return written;
  }
}
