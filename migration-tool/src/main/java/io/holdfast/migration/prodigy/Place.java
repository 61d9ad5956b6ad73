package io.holdfast.migration.prodigy;

/**
 * Where something was found.
 *
 * @param file in which file
 * @param line in which line, from 1; 0 if it is the whole file
 * @param offset how many bytes stand before it, in what the file holds when it is not compressed;
 *     -1 if that is not known
 */
record Place(StoreFile file, long line, long offset) {

  static Place of(StoreFile file) {
    return new Place(file, 0, 0);
  }
}
