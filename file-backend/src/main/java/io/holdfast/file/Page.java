package io.holdfast.file;

import java.util.List;

/** A part of a longer answer, possibly empty, and whether it is the last one. */
record Page<T>(List<T> items, boolean last) {

  /** How many items a page has at most. */
  static final int ITEMS_MAX = 500;

  /** At how many bytes a page is full. */
  static final long BYTES_MAX = 1 << 20;
}
