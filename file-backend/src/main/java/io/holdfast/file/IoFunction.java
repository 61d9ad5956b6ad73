package io.holdfast.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A function that may touch the disk. */
@FunctionalInterface
interface IoFunction<A, B extends @Nullable Object> {

  B apply(A argument) throws IOException;
}
