package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.JsonFields;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal file twice: once to find out how far it can be trusted, once to hand out its
 * lines.
 *
 * <p>A commit that is not whole at the end was never acknowledged and is cut off. A commit is
 * written only after the one before is on the disk, so if a later one follows what is not whole,
 * then something else has damaged the file.
 */
final class JournalReplay {

  private final Path file;
  private final boolean newest;
  private long lastCommit;

  /** Only the {@code newest} journal may have a torn tail. */
  JournalReplay(Path file, boolean newest) {
    this.file = file;
    this.newest = newest;
  }

  /** Takes the lines of commits one by one. */
  interface Reader {

    void commit(JsonFields header) throws IOException;

    void line(Line line) throws IOException;
  }

  /** The number of the last commit; 0 if there is none. */
  long lastCommit() {
    return lastCommit;
  }

  /** Cuts a torn tail off; returns how many bytes it had. */
  long repair() throws IOException {
    long whole = 0;
    try (LineReader lines = new LineReader(file)) {
      while (lines.advance()) {
        JsonFields header = header(lines);
        long begin = lines.offset();
        if (header == null || !skip(lines, header.number("lines"))) {
          requireNoCommitBehind(lines, begin);
          return cutTo(whole);
        }
        lastCommit = header.number("number");
        whole = lines.end();
      }
    }
    return 0;
  }

  private static @Nullable JsonFields header(LineReader lines) {
    Line line = lines.terminated() ? Line.parse(lines.buffer(), lines.from(), lines.to()) : null;
    return line == null || !line.tag().equals(Journal.COMMIT) ? null : JsonFields.of(line.record());
  }

  private static boolean skip(LineReader lines, long count) throws IOException {
    for (long i = 0; i < count; i++) {
      if (!lines.advance()
          || !lines.terminated()
          || Line.recordStart(lines.buffer(), lines.from(), lines.to()) < 0
          || Line.hasTag(lines.buffer(), lines.from(), Journal.COMMIT)) {
        return false;
      }
    }
    return true;
  }

  private void requireNoCommitBehind(LineReader lines, long begin) throws IOException {
    long damaged = lines.number();
    if (!newest) {
      throw Line.damaged(file, damaged);
    }
    do {
      boolean later = lines.offset() > begin && header(lines) != null;
      if (later || Line.hides(lines.buffer(), lines.from(), lines.to(), Journal.COMMIT)) {
        // The second finds a line whose line feed before it is damaged.
        throw Line.damaged(file, damaged);
      }
    } while (lines.advance());
  }

  private long cutTo(long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long torn = channel.size() - length;
      channel.truncate(length);
      channel.force(true);
      return torn;
    }
  }

  /** Hands out everything; the file has been repaired before. */
  void replay(Reader reader) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (LineReader lines = new LineReader(file)) {
      while (lines.advance()) {
        Line line = Line.parse(lines.buffer(), lines.from(), lines.to());
        if (line == null) {
          throw Line.damaged(file, lines.number());
        }
        hand(reader, line, lines.number());
      }
    }
  }

  private void hand(Reader reader, Line line, long number) throws IOException {
    try {
      if (line.tag().equals(Journal.COMMIT)) {
        reader.commit(JsonFields.of(line.record()));
      } else {
        reader.line(line);
      }
    } catch (RuntimeException e) {
      throw new CorruptDataException(file + " line " + number, String.valueOf(e.getMessage()), e);
    }
  }
}
