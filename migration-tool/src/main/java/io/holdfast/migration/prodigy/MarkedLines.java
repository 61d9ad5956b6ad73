package io.holdfast.migration.prodigy;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/**
 * Where the lines begin that were marked by their number among all lines of all files. Reads the
 * files that have some once more, as nobody remembers where every line begins.
 *
 * @param files in the order in which their lines are counted
 * @param lines how many lines all of them have
 */
record MarkedLines(List<EventFile> files, long lines) {

  /** Tells the place of each line that is marked, in their order. */
  void each(BitSet marked, Consumer<Place> told) throws IOException {
    for (int i = 0; i < files.size(); i++) {
      EventFile file = files.get(i);
      long end = i + 1 < files.size() ? files.get(i + 1).firstLine() : lines;
      int next = marked.nextSetBit(Math.toIntExact(file.firstLine()));
      if (next < 0) {
        return;
      }
      if (next < end) {
        each(file, Math.toIntExact(end), marked, told);
      }
    }
  }

  private static void each(EventFile file, int end, BitSet marked, Consumer<Place> told)
      throws IOException {
    int next = marked.nextSetBit(Math.toIntExact(file.firstLine()));
    try (Lines read = new Lines(Inflated.open(file.file().path()))) {
      while (next >= 0 && next < end) {
        long number = next - file.firstLine() + 1;
        told.accept(Place.of(file.file(), number, offset(read, number, file.file())));
        next = marked.nextSetBit(next + 1);
      }
    }
  }

  private static long offset(Lines read, long number, StoreFile file) throws IOException {
    Lines.Line line = read.next();
    while (line != null && line.number() < number) {
      line = read.next();
    }
    if (line == null) {
      throw file.changed();
    }
    return line.offset();
  }
}
