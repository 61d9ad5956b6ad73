package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code months.jsonl}: which months of events have left their segments on purpose, up to
 * which position, where they are if they were archived, and how far every job and the log were
 * then. Without it, reading everything anew would begin to count again. Only archived segments that
 * are named here count.
 */
final class GoneMonths {

  private static final Logger LOG = LoggerFactory.getLogger(GoneMonths.class);

  /** A month, and the positions of the first and the last event. */
  private static final Pattern NAME = Pattern.compile("(\\d{4}-\\d{2})\\.(\\d{1,18})-(\\d{1,18})");

  private static final String GONE = "gone";
  private static final String ARCHIVED = "archived";
  private static final String LEAVING = "leaving";
  private static final String POSITION = "position";
  private static final String JOB = "job";

  private final Path root;
  private final Map<String, Long> gone = new TreeMap<>();
  private final List<String> archived = new ArrayList<>();

  /** Archived segments that were dropped, and whose files may be there still. */
  private final Set<String> leaving = new TreeSet<>();

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
      case LEAVING -> leaving.add(fields.text("name"));
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

  /** Nothing that is archived of a month counts any more, and all files of it are to go. */
  void forgetArchived(YearMonth month) throws IOException {
    String prefix = month + ".";
    archived.removeIf(name -> name.startsWith(prefix));
    archive(root).names().stream().filter(name -> name.startsWith(prefix)).forEach(leaving::add);
  }

  /** Deletes the files that are to go, once that is durable. */
  void deleteLeaving() throws IOException {
    for (String name : leaving) {
      archive(root).delete(name);
    }
  }

  /** Makes it durable, and with it how far everything is now. */
  void write(State state) throws IOException {
    leaving.retainAll(archive(root).names());
    try (LineFile file = new LineFile(file(root))) {
      for (Map.Entry<String, Long> month : gone.entrySet()) {
        file.add(
            GONE,
            new JsonWriter().text("month", month.getKey()).number("last", month.getValue()).end());
      }
      for (String name : archived) {
        file.add(ARCHIVED, new JsonWriter().text("name", name).end());
      }
      for (String name : leaving) {
        file.add(LEAVING, new JsonWriter().text("name", name).end());
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
    segments.setArchived(archived());
  }

  /**
   * Deletes the archived files whose events were dropped or are elsewhere, once all segments are
   * known; nothing else, for it may be the only copy.
   */
  void tidyArchive(EventSegments segments) throws IOException {
    requireNoneForgotten(segments);
    ArchiveDirectory archive = archive(root);
    archive.deleteUnfinished();
    for (String name : archive.names()) {
      if (leaving.contains(name) || isSpare(name, segments)) {
        archive.delete(name);
      } else if (!archived.contains(name)) {
        LOG.warn("{} in {} is not noted in {}: left alone", name, archive.path(), file(root));
      }
    }
  }

  /**
   * Fails if this file has been lost: what is in the archive would look as if it had never been.
   */
  void requireNoneForgotten(EventSegments segments) throws IOException {
    for (String name : archive(root).names()) {
      if (!isSpare(name, segments) && !Files.exists(file(root))) {
        throw new CorruptDataException(
            file(root).toString(),
            "the file is missing, and only it says whether "
                + archive(root).path().resolve(name)
                + " counts; restore it");
      }
    }
  }

  /**
   * True of a copy that a crash has kept from being noted: a segment that counts has its events.
   */
  private boolean isSpare(String name, EventSegments segments) {
    Matcher parts = NAME.matcher(name);
    if (archived.contains(name) || !parts.matches()) {
      return false;
    }
    long first = Long.parseLong(parts.group(2));
    long last = Long.parseLong(parts.group(3));
    return segments.all().stream()
        .filter(segment -> segment.name().equals(parts.group(1)) && segment.events() > 0)
        .anyMatch(segment -> segment.firstPosition() <= first && segment.lastPosition() >= last);
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
