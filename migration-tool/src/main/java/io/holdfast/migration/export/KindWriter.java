package io.holdfast.migration.export;

import com.github.luben.zstd.ZstdOutputStream;
import io.holdfast.RecordKind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;

/** Writes the file of one kind. */
final class KindWriter<R> {

  private static final int LEVEL = 3;
  private static final int WINDOW_LOG = 23;

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final RecordKind<R> kind;
  private final Path path;
  private final Ascending<R> order;
  private final MessageDigest sha256 = Hashes.sha256();
  private final OutputStream out;
  private long records;

  KindWriter(Path directory, RecordKind<R> kind, boolean isCompressed) throws IOException {
    this.kind = kind;
    this.path = directory.resolve(ExportedKind.file(kind.name(), isCompressed));
    this.order = new Ascending<>(kind);
    OutputStream file = new BufferedOutputStream(create(path), 1 << 16);
    this.out =
        new DigestOutputStream(
            isCompressed
                ? new ZstdOutputStream(file, LEVEL).setChecksum(true).setLong(WINDOW_LOG)
                : file,
            sha256);
  }

  /** A new file that only its owner may read: there may be secrets in it. */
  static OutputStream create(Path path) throws IOException {
    FileAttribute<?>[] onlyOwner =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    return Channels.newOutputStream(Files.newByteChannel(path, NEW, onlyOwner));
  }

  /** Writes a line for each; how many there are. */
  int write(List<R> batch) {
    try {
      for (R record : batch) {
        order.require(record);
        out.write(kind.canonical(record));
        out.write('\n');
      }
      records += batch.size();
      return batch.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forces all of it to the disk. */
  ExportedKind finish() throws IOException {
    out.close();
    Unfinished.force(path);
    return new ExportedKind(
        kind.name(), String.valueOf(path.getFileName()), records, Hashes.hex(sha256));
  }

  /** On a full disk even closing fails; then that is not what there is to say. */
  void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
