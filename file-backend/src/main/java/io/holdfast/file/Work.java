package io.holdfast.file;

import java.io.IOException;

/** Something to do on the disk. */
interface Work<T> {

  T run() throws IOException;
}
