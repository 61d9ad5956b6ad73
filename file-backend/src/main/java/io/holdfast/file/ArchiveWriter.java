package io.holdfast.file;

import com.github.luben.zstd.ZstdCompressCtx;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.Position;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventDigest;
import io.holdfast.event.EventMonth;
import io.holdfast.event.RecordedEvent;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** Writes one archived segment; it counts once {@link #finish} has returned. */
final class ArchiveWriter implements Closeable {

  private static final int FRAME_BYTES = 1 << 20;
  private static final int LEVEL = 6;
  static final String UNFINISHED = ".unfinished";

  private final Path directory;
  private final YearMonth month;
  private final Path temporary;
  private final MessageDigest fileSha256 = sha256();
  private final OutputStream output;
  private final ZstdCompressCtx compression = new ZstdCompressCtx();
  private final EventDigest digest = new EventDigest();
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream(FRAME_BYTES + (1 << 16));
  private final List<ArchivedSegment.Frame> frames = new ArrayList<>();
  private long offset;
  private long linesBefore;
  private long events;
  private long firstOfFrame;
  private long last;

  ArchiveWriter(Path directory, YearMonth month) throws IOException {
    this.directory = directory;
    this.month = month;
    Disk.makeDirectory(directory);
    deleteUnfinished(directory, month);
    this.temporary = directory.resolve(month + "." + Names.unique() + UNFINISHED);
    this.output = new DigestOutputStream(Files.newOutputStream(temporary), fileSha256);
    var unused = compression.setLevel(LEVEL).setChecksum(true);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** What a crash has left. */
  private static void deleteUnfinished(Path directory, YearMonth month) throws IOException {
    try (var files = Files.newDirectoryStream(directory, month + ".*" + UNFINISHED)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  void add(RecordedEvent event) throws IOException {
    long position = FileEventJournal.number(event.position());
    if (!EventMonth.of(event.createdAt()).equals(month) || position <= last) {
      throw new InvalidInputException(
          "month " + month, "event " + RecordedEvent.KIND.key(event) + " does not follow in it");
    }
    Json json = RecordedEvent.KIND.encode(event);
    if (lines.size() == 0) {
      firstOfFrame = position;
    }
    lines.write(Line.bytes(RecordedEvent.KIND.name(), json));
    digest.add(event);
    events++;
    last = position;
    if (lines.size() >= FRAME_BYTES) {
      endFrame();
    }
  }

  private void endFrame() throws IOException {
    byte[] unpacked = lines.toByteArray();
    byte[] packed = compression.compress(unpacked);
    output.write(packed);
    frames.add(
        new ArchivedSegment.Frame(
            offset, packed.length, unpacked.length, linesBefore, firstOfFrame, last));
    offset += packed.length;
    linesBefore = events;
    lines.reset();
  }

  /** Makes it durable, first the events and then the manifest that makes them count. */
  ArchivedSegment finish() throws IOException {
    if (lines.size() > 0) {
      endFrame();
    }
    if (events == 0) {
      throw new InvalidInputException("month " + month, "it has no events to archive");
    }
    output.close();
    Disk.force(temporary);
    Position firstPosition = Objects.requireNonNull(digest.first());
    Position lastPosition = Objects.requireNonNull(digest.last());
    ArchivedMonth archived =
        new ArchivedMonth(month, events, offset, firstPosition, lastPosition, digest.sha256());
    String name = ArchivedSegment.name(archived);
    Path data = directory.resolve(name + ArchivedSegment.DATA);
    Files.move(
        temporary, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Disk.force(directory);
    ArchivedSegment segment = new ArchivedSegment(data, archived, frames);
    segment.writeManifest(
        directory.resolve(name + ArchivedSegment.MANIFEST),
        HexFormat.of().formatHex(fileSha256.digest()));
    return segment;
  }

  /** Leaves nothing of what was not finished. */
  @Override
  public void close() throws IOException {
    compression.close();
    output.close();
    Files.deleteIfExists(temporary);
  }
}
