package io.holdfast.file;

import io.holdfast.NotFoundException;
import io.holdfast.event.ArchivedMonth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A directory of archived segments. Blocks. */
final class ArchiveDirectory {

  private static final Comparator<ArchivedSegment> BY_MONTH =
      Comparator.comparing((ArchivedSegment segment) -> segment.month().month())
          .thenComparingLong(ArchivedSegment::firstPosition);

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

  /** From the manifest on: what is left of a broken-off deletion does not count. */
  void delete(ArchivedMonth month) throws IOException {
    known.remove(ArchivedSegment.name(month));
    if (Files.isDirectory(directory)) {
      Files.deleteIfExists(manifest(month));
      Disk.force(directory);
      Files.deleteIfExists(directory.resolve(ArchivedSegment.name(month) + ArchivedSegment.DATA));
      Disk.force(directory);
    }
  }

  /** Deletes every other file of an archive: what a crash has left of one that never counted. */
  void keepOnly(Set<String> names) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      for (Path file : files) {
        if (isOurs(String.valueOf(file.getFileName()), names)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isOurs(String file, Set<String> keep) {
    return Stream.of(ArchivedSegment.DATA, ArchivedSegment.MANIFEST, ArchiveWriter.UNFINISHED)
        .filter(file::endsWith)
        .anyMatch(ending -> !keep.contains(file.substring(0, file.length() - ending.length())));
  }

  /** What was written anew under a name that is known. */
  void forget(ArchivedMonth month) {
    known.remove(ArchivedSegment.name(month));
  }

  private Path manifest(ArchivedMonth month) {
    return directory.resolve(ArchivedSegment.name(month) + ArchivedSegment.MANIFEST);
  }
}
