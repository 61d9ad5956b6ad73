package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.CorruptDataException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The event files, one for each month of the events' times in UTC. Only the writer changes them.
 */
final class EventSegments implements Closeable {

  private static final int OPEN_MAX = 16;
  private static final String SUFFIX = ".jsonl";

  private final Path directory;
  private final NavigableMap<String, Segment> segments = new ConcurrentSkipListMap<>();
  private volatile List<Segment> archived = List.of();
  private final Map<String, FileChannel> open = new LinkedHashMap<>();

  EventSegments(Path root) {
    directory = root.resolve("events");
  }

  /** The month that an event of {@code time} belongs to: {@code 2026-11}. */
  static String month(Instant time) {
    LocalDate date = LocalDate.ofInstant(time, ZoneOffset.UTC);
    int month = date.getMonthValue();
    return date.getYear() + (month < 10 ? "-0" : "-") + month;
  }

  /** The segments that are written to. */
  Collection<Segment> live() {
    return segments.values();
  }

  /** Those that were archived. */
  List<Segment> archived() {
    return archived;
  }

  /**
   * Both; each once. In this order: a segment that is archived meanwhile is among the archived ones
   * before it leaves the others.
   */
  Collection<Segment> all() {
    Set<Segment> all = new LinkedHashSet<>(segments.values());
    all.addAll(archived);
    return all;
  }

  Segment segment(String name) {
    return segments.computeIfAbsent(
        name, month -> new Segment(month, directory.resolve(month + SUFFIX)));
  }

  @Nullable Segment find(String name) {
    return segments.get(name);
  }

  long length(String name) {
    Segment segment = segments.get(name);
    return segment == null ? 0 : segment.length();
  }

  long lastPosition() {
    return all().stream().mapToLong(Segment::lastPosition).max().orElse(0);
  }

  /** Writes {@code bytes} at {@code offset}; writing the same again does no harm. */
  void write(String name, long offset, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    FileChannel channel = channel(name);
    while (buffer.hasRemaining()) {
      int written = channel.write(buffer, offset + buffer.position());
      if (written < 0) {
        throw new IOException("Cannot write to " + segment(name).file());
      }
    }
  }

  /** Cuts off what lies behind the last event: the rest of a write that never counted. */
  void cut() throws IOException {
    for (Segment segment : live()) {
      long size = Files.exists(segment.file()) ? Files.size(segment.file()) : 0;
      if (size < segment.length()) {
        throw new CorruptDataException(
            segment.file().toString(), "it has " + size + " of " + segment.length() + " bytes");
      }
      if (size > segment.length()) {
        channel(segment.name()).truncate(segment.length());
      }
    }
  }

  private FileChannel channel(String name) throws IOException {
    FileChannel channel = open.remove(name);
    if (channel == null) {
      closeOldest();
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              segment(name).file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
    open.put(name, channel);
    return channel;
  }

  private void closeOldest() throws IOException {
    if (open.size() >= OPEN_MAX) {
      String oldest = open.keySet().iterator().next();
      FileChannel channel = open.remove(oldest);
      if (channel != null) {
        channel.close();
      }
    }
  }

  /** Makes the file of a month, empty and durable, if it is not there. */
  @CanIgnoreReturnValue
  Segment create(String name) throws IOException {
    Segment segment = segment(name);
    if (!Files.exists(segment.file())) {
      Disk.makeDirectory(directory);
      channel(name).force(true);
      Disk.force(directory);
    }
    return segment;
  }

  /** Lets go of the segment of a month, and deletes its file. */
  void delete(String name) throws IOException {
    Segment segment = segments.remove(name);
    if (segment == null) {
      return;
    }
    FileChannel channel = open.remove(name);
    if (channel != null) {
      channel.close();
    }
    Files.deleteIfExists(segment.file());
    Disk.force(directory);
  }

  /** Knows nothing of a month any more, whose file is left as it is. */
  void forget(String name) {
    var unused = segments.remove(name);
  }

  /** Goes on with {@code replacement} in the place of a segment; readers find one of the two. */
  void replace(Segment segment, ArchivedSegment replacement) throws IOException {
    segment.archive(replacement);
    addArchived(segment);
    delete(segment.name());
  }

  /** Lets go of an archived segment. */
  void dropArchived(Segment segment) {
    segment.drop();
    archived = archived.stream().filter(other -> !other.equals(segment)).toList();
  }

  /** A segment that is archived, and is forgotten among the others afterwards. */
  void addArchived(Segment segment) {
    List<Segment> more = new ArrayList<>(archived);
    more.add(segment);
    archived = List.copyOf(more);
  }

  /** The archived segments there are, as read from the disk. */
  void setArchived(List<ArchivedSegment> found) {
    List<Segment> all = new ArrayList<>();
    for (ArchivedSegment one : found) {
      all.add(
          archived.stream()
              .filter(known -> isOf(known, one))
              .findFirst()
              .orElseGet(() -> Segment.of(one)));
    }
    archived.stream().filter(known -> !all.contains(known)).forEach(Segment::drop);
    archived = List.copyOf(all);
  }

  private static boolean isOf(Segment known, ArchivedSegment one) {
    ArchivedSegment there = known.archived();
    return there != null && there.file().equals(one.file());
  }

  /** Finds the months that were made and have no events. */
  void discoverEmpty() throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        if (Files.size(file) == 0) {
          String name = String.valueOf(file.getFileName());
          var unused = segment(name.substring(0, name.length() - SUFFIX.length()));
        }
      }
    }
  }

  /** Finds the files that are there. */
  void discover() throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        segments.computeIfAbsent(
            name.substring(0, name.length() - SUFFIX.length()), month -> new Segment(month, file));
      }
    }
  }

  void forget() {
    segments.clear();
    archived = List.of();
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : open.values()) {
      channel.close();
    }
    open.clear();
  }
}
