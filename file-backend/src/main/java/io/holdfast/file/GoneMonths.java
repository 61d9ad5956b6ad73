package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.event.ArchivedMonth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code months.jsonl}: which months of events have left their segments on purpose, up to
 * which position, where they are if they were archived, and how far every job and the log were
 * then. Without it, reading everything anew would begin to count again. Only archived segments that
 * are named here count.
 */
final class GoneMonths {

  private static final String GONE = "gone";
  private static final String ARCHIVED = "archived";
  private static final String POSITION = "position";
  private static final String JOB = "job";

  private final Path root;
  private final Map<String, Long> gone = new TreeMap<>();
  private final List<String> archived = new ArrayList<>();
  private final Map<JobId, JobHead> heads = new TreeMap<>(JobHead.BY_NAME);
  private long position;

  private GoneMonths(Path root) {
    this.root = root;
  }

  static Path file(Path root) {
    return root.resolve("months.jsonl");
  }

  static ArchiveDirectory archive(Path root) {
    return new ArchiveDirectory(root.resolve("archive"));
  }

  static GoneMonths read(Path root) throws IOException {
    GoneMonths months = new GoneMonths(root);
    if (Files.exists(file(root))) {
      LineFile.readWhole(file(root), months::restore);
    }
    return months;
  }

  private void restore(Line line) {
    JsonFields fields = JsonFields.of(line.record());
    switch (line.tag()) {
      case GONE -> gone.put(fields.text("month"), fields.number("last"));
      case ARCHIVED -> archived.add(fields.text("name"));
      case POSITION -> position = fields.number("last");
      case JOB ->
          heads.put(
              new JobId(fields.text("job")),
              new JobHead(fields.number("version"), fields.number("first"), fields.number("last")));
      default -> throw new CorruptDataException(file(root).toString(), "unknown " + line.tag());
    }
  }

  /** The live segment is to go, with nothing in its place or with an archived one. */
  void leave(Segment segment, @Nullable ArchivedSegment replacement) {
    gone.put(segment.name(), segment.lastPosition());
    if (replacement != null) {
      archived.add(ArchivedSegment.name(replacement.month()));
    }
  }

  /** The archived segments of a month count no more. */
  void forgetArchived(ArchivedMonth month) {
    archived.remove(ArchivedSegment.name(month));
  }

  /** Makes it durable, and with it how far everything is now. */
  void write(State state) throws IOException {
    try (LineFile file = new LineFile(file(root))) {
      for (Map.Entry<String, Long> month : gone.entrySet()) {
        file.add(
            GONE,
            new JsonWriter().text("month", month.getKey()).number("last", month.getValue()).end());
      }
      for (String name : archived) {
        file.add(ARCHIVED, new JsonWriter().text("name", name).end());
      }
      file.add(POSITION, new JsonWriter().number("last", state.visible().position()).end());
      for (Map.Entry<JobId, JobHead> job : state.heads().entrySet()) {
        file.add(JOB, job.getValue().encode(job.getKey()));
      }
      file.finish();
    }
  }

  /** How far the log was when a month last left; 0 if none did. */
  long position() {
    return position;
  }

  /** True if {@code segment} has left, though it may still be known. */
  private boolean covers(Segment segment) {
    return segment.events() > 0 && segment.lastPosition() <= last(segment.name());
  }

  private long last(String month) {
    return gone.getOrDefault(month, 0L);
  }

  /** Tells {@code segment} where its events have gone; false if they are where they were. */
  boolean tell(Segment segment) throws IOException {
    if (!covers(segment)) {
      return false;
    }
    ArchivedSegment replacement = replacement(segment);
    if (replacement == null) {
      segment.drop();
    } else {
      segment.archive(replacement);
    }
    return true;
  }

  private @Nullable ArchivedSegment replacement(Segment segment) throws IOException {
    for (ArchivedSegment candidate : archived()) {
      if (candidate.month().month().toString().equals(segment.name())
          && candidate.firstPosition() == segment.firstPosition()) {
        return candidate;
      }
    }
    return null;
  }

  /** The archived segments that count. */
  List<ArchivedSegment> archived() throws IOException {
    List<ArchivedSegment> segments = new ArrayList<>();
    for (String name : archived) {
      segments.add(archive(root).read(name));
    }
    return segments;
  }

  /** Takes away what a crash has left of a month that was leaving, and finds the archived ones. */
  void finish(EventSegments segments) throws IOException {
    for (String month : gone.keySet()) {
      Segment known = segments.segment(month);
      long first = Files.exists(known.file()) ? firstPosition(known.file()) : Long.MAX_VALUE;
      if (first <= last(month)) {
        segments.delete(month);
      } else if (known.events() == 0 || covers(known)) {
        segments.forget(month);
      }
    }
    archive(root).keepOnly(Set.copyOf(archived));
    segments.setArchived(archived());
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
