package io.holdfast.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What to write, and what to answer; may touch the disk. */
@FunctionalInterface
interface Decision<T> {

  @Nullable T on(Edit edit) throws IOException;
}
