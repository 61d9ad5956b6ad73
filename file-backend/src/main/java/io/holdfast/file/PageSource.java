package io.holdfast.file;

import java.io.IOException;

/** Reads an answer page by page; blocks; holds no file open in between. */
interface PageSource<T> {

  Page<T> next() throws IOException;
}
