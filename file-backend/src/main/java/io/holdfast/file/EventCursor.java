package io.holdfast.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Walks over events by position, either way. Blocks; holds no file open in between. */
interface EventCursor {

  /** The position of the next event; beyond all others, or backwards 0, when there is none. */
  long position() throws IOException;

  /** The next event; {@code null} if it has gone since its position was asked for. */
  @Nullable RawEvent take() throws IOException;
}
