package io.holdfast.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What to find out; may touch the disk. */
@FunctionalInterface
interface Look<T> {

  @Nullable T at(View view) throws IOException;
}
