package io.holdfast.migration.export;

import com.github.luben.zstd.ZstdInputStream;
import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Reads the file of one kind, and fails with {@link CorruptDataException}, which names file and
 * line, where it is not as it was written.
 */
final class KindReader<R> {

  private static final String NUL = "\\u0000";

  private final RecordKind<R> kind;
  private final ExportedKind file;
  private final Path path;

  KindReader(Path directory, RecordKind<R> kind, ExportedKind file) {
    this.kind = kind;
    this.file = file;
    this.path = directory.resolve(file.file());
  }

  /**
   * All records, from the first on at every subscription. At the end they are as many as the
   * manifest says, and have its hash: a file that has changed since it was checked is noticed.
   */
  Flux<R> records() {
    return read(false);
  }

  /** As {@link #records}; each line has to be what an export of its record would write. */
  Flux<R> checked() {
    return read(true);
  }

  private Flux<R> read(boolean isStrict) {
    return Flux.<R, Pass>generate(
            () -> new Pass(isStrict),
            (pass, sink) -> {
              R record = pass.next();
              if (record == null) {
                sink.complete();
              } else {
                sink.next(record);
              }
              return pass;
            },
            Pass::close)
        .subscribeOn(Schedulers.boundedElastic())
        .onErrorMap(NoSuchFileException.class, e -> damaged("it is missing", e));
  }

  private CorruptDataException damaged(String why, Throwable cause) {
    return new CorruptDataException(path.toString(), why, cause);
  }

  /** One reading of the file. */
  private final class Pass implements Closeable {

    private final Lines lines;
    private final boolean isStrict;
    private final Ascending<R> order = new Ascending<>(kind);

    Pass(boolean isStrict) throws IOException {
      this.isStrict = isStrict;
      InputStream bytes = Files.newInputStream(path);
      this.lines = new Lines(file.isCompressed() ? new ZstdInputStream(bytes) : bytes);
    }

    /** The next record; {@code null} at the end. */
    @Nullable R next() {
      try {
        byte[] line = lines.next();
        if (line == null) {
          requireWhole();
          return null;
        }
        requireUtf8(line);
        R record = kind.decode(Json.ofStored(line));
        order.require(record);
        if (isStrict) {
          requireFaithful(record, line);
        }
        return record;
      } catch (StorageException | IOException e) {
        throw new CorruptDataException(
            path + ", line " + Math.max(1, lines.number()), String.valueOf(e.getMessage()), e);
      }
    }

    private static void requireUtf8(byte[] line) throws CharacterCodingException {
      CharBuffer unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
    }

    /** No member is unknown, twice there, or spelled in another way; and nothing is lost. */
    private void requireFaithful(R record, byte[] line) {
      if (!Arrays.equals(kind.canonical(record), line)) {
        throw new CorruptDataException(
            "Line", "not a record of " + kind.name() + " as it is written");
      }
      if (hasNul(new String(line, StandardCharsets.UTF_8))) {
        throw new CorruptDataException("Line", "\\u0000 in it");
      }
    }

    /** Behind an even number of backslashes it is one, otherwise it only looks like it. */
    private static boolean hasNul(String line) {
      for (int at = line.indexOf(NUL); at >= 0; at = line.indexOf(NUL, at + 1)) {
        int first = at;
        while (first > 0 && line.charAt(first - 1) == '\\') {
          first--;
        }
        if ((at - first) % 2 == 0) {
          return true;
        }
      }
      return false;
    }

    private void requireWhole() {
      if (lines.number() != file.records()) {
        throw new CorruptDataException(
            "File", "%d records instead of %d".formatted(lines.number(), file.records()));
      }
      String sha256 = lines.sha256();
      if (!sha256.equals(file.sha256())) {
        throw new CorruptDataException(
            "File", "its SHA-256 is %s instead of %s".formatted(sha256, file.sha256()));
      }
    }

    @Override
    public void close() {
      try {
        lines.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
