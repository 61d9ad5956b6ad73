package io.holdfast.migration.prodigy;

/**
 * Where something was found.
 *
 * @param file in which file
 * @param line in which line, from 1; 0 if it is no line but a document
 * @param element which element of an array of documents, from 1; 0 if it is the whole file
 * @param offset how many bytes stand before the line, in what the file holds when it is not
 *     compressed; 0 for a document
 */
record Place(StoreFile file, long line, int element, long offset) {

  /** All of {@code file}. */
  static Place of(StoreFile file) {
    return new Place(file, 0, 0, 0);
  }

  /** An element of an array in {@code file}, from 0; -1 if it is the whole file. */
  static Place of(StoreFile file, int element) {
    return new Place(file, 0, element + 1, 0);
  }

  /** A line of {@code file}. */
  static Place of(StoreFile file, long line, long offset) {
    return new Place(file, line, 0, offset);
  }
}
