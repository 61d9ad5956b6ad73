package io.holdfast.file;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.holdfast.CorruptDataException;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Position;
import io.holdfast.event.ArchivedMonth;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compressed segment that never changes: lines like those of any segment, in Zstandard frames of
 * about a mebibyte that are read one by one. {@code zstdcat} shows it. Its manifest, a file of
 * lines, says what is in it and where each frame is; a segment without one does not count.
 */
final class ArchivedSegment {

  static final long FORMAT = 1;
  static final String DATA = ".jsonl.zst";
  static final String MANIFEST = ".manifest.jsonl";

  private static final String MONTH = "archive";
  private static final String FRAME = "frame";

  private final Path data;
  private final ArchivedMonth month;
  private final List<Frame> frames;

  /**
   * A part that is compressed by itself.
   *
   * @param offset where in the file it begins
   * @param length how long it is there
   * @param unpacked how long it is unpacked
   * @param linesBefore how many lines are before it
   * @param first the position of its first event
   * @param last the position of its last event
   */
  record Frame(long offset, int length, int unpacked, long linesBefore, long first, long last) {}

  ArchivedSegment(Path data, ArchivedMonth month, List<Frame> frames) {
    this.data = data;
    this.month = month;
    this.frames = List.copyOf(frames);
  }

  /** What the files of a month are called, without their endings. */
  static String name(YearMonth month, Position first, Position last) {
    return month + "." + first + "-" + last;
  }

  static String name(ArchivedMonth month) {
    return name(month.month(), month.first(), month.last());
  }

  /** Reads the manifest {@code file}. */
  static ArchivedSegment read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new CorruptDataException(file.toString(), "the file is missing");
    }
    List<Frame> frames = new ArrayList<>();
    List<ArchivedMonth> months = new ArrayList<>();
    try {
      LineFile.readWhole(
          file,
          line -> {
            if (line.tag().equals(MONTH)) {
              months.add(decodeMonth(file, JsonFields.of(line.record())));
            } else {
              frames.add(decodeFrame(JsonFields.of(line.record())));
            }
          });
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(file.toString(), String.valueOf(e.getMessage()), e);
    }
    if (months.size() != 1) {
      throw new CorruptDataException(file.toString(), "it does not say what it is of");
    }
    String name = String.valueOf(file.getFileName());
    Path data = file.resolveSibling(name.substring(0, name.length() - MANIFEST.length()) + DATA);
    return new ArchivedSegment(data, months.get(0), frames);
  }

  private static ArchivedMonth decodeMonth(Path file, JsonFields fields) {
    if (fields.number("format") != FORMAT) {
      throw new CorruptDataException(
          file.toString(),
          "it has format " + fields.number("format") + ", this program knows " + FORMAT);
    }
    return new ArchivedMonth(
        YearMonth.parse(fields.text("month")),
        fields.number("events"),
        fields.number("bytes"),
        new Position(fields.text("first")),
        new Position(fields.text("last")),
        fields.text("sha256"));
  }

  private static Frame decodeFrame(JsonFields fields) {
    return new Frame(
        fields.number("offset"),
        Math.toIntExact(fields.number("length")),
        Math.toIntExact(fields.number("unpacked")),
        fields.number("linesBefore"),
        fields.number("first"),
        fields.number("last"));
  }

  /** Writes the manifest, durably. */
  void writeManifest(Path file, String fileSha256) throws IOException {
    try (LineFile lines = new LineFile(file)) {
      lines.add(
          MONTH,
          new JsonWriter()
              .number("format", FORMAT)
              .text("month", month.month().toString())
              .number("events", month.events())
              .number("bytes", month.bytes())
              .text("first", month.first().value())
              .text("last", month.last().value())
              .text("sha256", month.sha256())
              .text("fileSha256", fileSha256)
              .end());
      for (Frame frame : frames) {
        lines.add(
            FRAME,
            new JsonWriter()
                .number("offset", frame.offset())
                .number("length", frame.length())
                .number("unpacked", frame.unpacked())
                .number("linesBefore", frame.linesBefore())
                .number("first", frame.first())
                .number("last", frame.last())
                .end());
      }
      lines.finish();
    }
  }

  Path file() {
    return data;
  }

  ArchivedMonth month() {
    return month;
  }

  int frames() {
    return frames.size();
  }

  long firstPosition() {
    return frames.get(0).first();
  }

  long lastPosition() {
    return frames.get(frames.size() - 1).last();
  }

  /** The first frame with an event behind {@code position}; the number of frames if none has. */
  int frameBehind(long position) {
    int low = 0;
    int high = frames.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (frames.get(middle).last() > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The events of a frame. */
  List<RawEvent> events(int index) throws IOException {
    Frame frame = frames.get(index);
    byte[] lines = unpack(index, frame);
    List<RawEvent> events = new ArrayList<>();
    int begin = 0;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == '\n') {
        long number = frame.linesBefore() + events.size() + 1;
        events.add(RawEvent.of(lines, begin, i, data, number));
        begin = i + 1;
      }
    }
    return events;
  }

  private byte[] unpack(int index, Frame frame) throws IOException {
    byte[] packed = new byte[frame.length()];
    try (RandomAccessFile input = new RandomAccessFile(data.toFile(), "r")) {
      input.seek(frame.offset());
      input.readFully(packed);
      byte[] lines = Zstd.decompress(packed, frame.unpacked());
      if (lines.length != frame.unpacked()) {
        throw damaged(index, frame, "it has " + lines.length + " bytes", null);
      }
      return lines;
    } catch (FileNotFoundException e) {
      throw new CorruptDataException(data.toString(), "the file is missing", e);
    } catch (EOFException e) {
      throw damaged(index, frame, "the file ends there", e);
    } catch (ZstdException e) {
      throw damaged(index, frame, String.valueOf(e.getMessage()), e);
    }
  }

  private CorruptDataException damaged(
      int index, Frame frame, String why, @Nullable Throwable cause) {
    String where = data + " frame " + (index + 1) + " at byte " + frame.offset();
    return cause == null
        ? new CorruptDataException(where, why)
        : new CorruptDataException(where, why, cause);
  }
}
