package io.holdfast.file;

import io.holdfast.NotFoundException;
import io.holdfast.UnavailableException;
import io.holdfast.event.ArchivedMonth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A directory of archived segments. Blocks. */
final class ArchiveDirectory {

  private static final Comparator<ArchivedSegment> BY_MONTH =
      Comparator.comparing((ArchivedSegment segment) -> segment.month().month())
          .thenComparingLong(ArchivedSegment::firstPosition);

  private static final Pattern SEGMENT =
      Pattern.compile(
          "(.+)(?:"
              + Pattern.quote(ArchivedSegment.DATA)
              + "|"
              + Pattern.quote(ArchivedSegment.MANIFEST)
              + ")");

  private final Path directory;
  private final Map<String, ArchivedSegment> known = new ConcurrentHashMap<>();

  ArchiveDirectory(Path directory) {
    this.directory = directory;
  }

  Path path() {
    return directory;
  }

  /** The segments that count, by month and position. */
  List<ArchivedSegment> list() throws IOException {
    List<ArchivedSegment> segments = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (var files = Files.newDirectoryStream(directory, "*" + ArchivedSegment.MANIFEST)) {
        for (Path file : files) {
          segments.add(ArchivedSegment.read(file));
        }
      }
    }
    segments.sort(BY_MONTH);
    return segments;
  }

  /** The segment of {@code month}, whose manifest is read once. */
  ArchivedSegment find(ArchivedMonth month) throws IOException {
    String name = ArchivedSegment.name(month);
    ArchivedSegment segment = known.get(name);
    if (segment == null) {
      if (!Files.exists(manifest(month))) {
        throw new NotFoundException("Archived month", manifest(month).toString());
      }
      segment = ArchivedSegment.read(manifest(month));
      known.put(name, segment);
    }
    return segment;
  }

  /** The segment whose files are called {@code name}, without their endings. */
  ArchivedSegment read(String name) throws IOException {
    return ArchivedSegment.read(directory.resolve(name + ArchivedSegment.MANIFEST));
  }

  void delete(ArchivedMonth month) throws IOException {
    delete(ArchivedSegment.name(month));
  }

  /** From the manifest on: what is left of a broken-off deletion does not count. */
  void delete(String name) throws IOException {
    requireThere();
    known.remove(name);
    Files.deleteIfExists(directory.resolve(name + ArchivedSegment.MANIFEST));
    Disk.force(directory);
    Files.deleteIfExists(directory.resolve(name + ArchivedSegment.DATA));
    Disk.force(directory);
  }

  /** A directory that is not mounted looks as if everything in it had been deleted. */
  void requireThere() {
    if (!Files.isDirectory(directory)) {
      throw new UnavailableException("The archive " + directory + " is missing: is it mounted?");
    }
  }

  /** What the files are called, without their endings, of each segment of which there are any. */
  Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    if (Files.isDirectory(directory)) {
      try (var files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
        for (Path file : files) {
          Matcher matcher = SEGMENT.matcher(String.valueOf(file.getFileName()));
          if (matcher.matches()) {
            names.add(matcher.group(1));
          }
        }
      }
    }
    return names;
  }

  /** Deletes what a crash has left of files that were being written. */
  void deleteUnfinished() throws IOException {
    if (Files.isDirectory(directory)) {
      try (var files = Files.newDirectoryStream(directory, "*" + ArchiveWriter.UNFINISHED)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** What was written anew under a name that is known. */
  void forget(ArchivedMonth month) {
    known.remove(ArchivedSegment.name(month));
  }

  private Path manifest(ArchivedMonth month) {
    return directory.resolve(ArchivedSegment.name(month) + ArchivedSegment.MANIFEST);
  }
}
