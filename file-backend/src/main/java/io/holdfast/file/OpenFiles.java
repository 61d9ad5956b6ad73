package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What is open, to be closed together: what was opened last first, all of it, whatever fails. */
final class OpenFiles implements Closeable {

  private final Deque<Closeable> open = new ArrayDeque<>();

  @CanIgnoreReturnValue
  <C extends Closeable> C keep(C opened) {
    open.push(opened);
    return opened;
  }

  @Override
  public void close() throws IOException {
    if (open.isEmpty()) {
      return;
    }
    try {
      open.pop().close();
    } finally {
      close();
    }
  }
}
