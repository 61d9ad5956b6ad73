package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file {@code dropped.jsonl}: which months of events are gone on purpose, up to which position,
 * and how far every job and the log were then. Without it, reading everything anew would begin to
 * count again.
 */
final class DroppedMonths {

  private static final String MONTH = "dropped";
  private static final String POSITION = "position";
  private static final String JOB = "job";

  private final Map<String, Long> months = new TreeMap<>();
  private final Map<JobId, JobHead> heads = new TreeMap<>(JobHead.BY_NAME);
  private long position;

  private DroppedMonths() {}

  static Path file(Path root) {
    return root.resolve("dropped.jsonl");
  }

  static DroppedMonths read(Path root) throws IOException {
    DroppedMonths dropped = new DroppedMonths();
    if (Files.exists(file(root))) {
      LineFile.readWhole(file(root), dropped::restore);
    }
    return dropped;
  }

  private void restore(Line line) {
    JsonFields fields = JsonFields.of(line.record());
    switch (line.tag()) {
      case MONTH -> months.put(fields.text("month"), fields.number("last"));
      case POSITION -> position = fields.number("last");
      case JOB ->
          heads.put(
              new JobId(fields.text("job")),
              new JobHead(fields.number("version"), fields.number("first"), fields.number("last")));
      default -> throw new CorruptDataException("dropped.jsonl", "unknown line " + line.tag());
    }
  }

  /** Notes durably that {@code segment} is to go. */
  static void add(State state, Segment segment) throws IOException {
    DroppedMonths dropped = read(state.root());
    dropped.months.put(segment.name(), segment.lastPosition());
    try (LineFile file = new LineFile(file(state.root()))) {
      for (Map.Entry<String, Long> month : dropped.months.entrySet()) {
        file.add(
            MONTH,
            new JsonWriter().text("month", month.getKey()).number("last", month.getValue()).end());
      }
      file.add(POSITION, new JsonWriter().number("last", state.visible().position()).end());
      for (Map.Entry<JobId, JobHead> job : state.heads().entrySet()) {
        file.add(JOB, job.getValue().encode(job.getKey()));
      }
      file.finish();
    }
  }

  /** How far the log was when a month was last dropped; 0 if none was. */
  long position() {
    return position;
  }

  /** True if the events of {@code segment} are gone, though it may still be known. */
  boolean covers(Segment segment) {
    return segment.events() > 0 && segment.lastPosition() <= last(segment.name());
  }

  private long last(String month) {
    return months.getOrDefault(month, 0L);
  }

  /** Takes away what a crash has left of a month that was being dropped. */
  void finish(EventSegments segments) throws IOException {
    for (String month : months.keySet()) {
      Segment known = segments.segment(month);
      long first = Files.exists(known.file()) ? firstPosition(known.file()) : Long.MAX_VALUE;
      if (first <= last(month)) {
        segments.drop(month);
      } else if (known.events() == 0 || covers(known)) {
        segments.forget(month);
      }
    }
  }

  /** The position of the first event in a file; beyond all others if there is none. */
  private static long firstPosition(Path file) throws IOException {
    try (LineReader lines = new LineReader(file)) {
      return lines.advance() && lines.terminated()
          ? RawEvent.of(lines.buffer(), lines.from(), lines.to(), file, 1).position()
          : Long.MAX_VALUE;
    }
  }

  /** Tells the state how far jobs were whose events are gone. */
  void restoreHeads(State state) {
    heads.forEach(state::sawHead);
  }
}
