package io.holdfast.migration.command;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.checkpoint.CheckpointExport;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An export in a file: lines, as one Zstandard frame, which finds what successive ones have in
 * common up to 8 MiB back, or plain if the name ends in {@code .jsonl}. Blocks only where blocking
 * is allowed.
 */
record ExportFile(Path path) {

  private static final String PLAIN = ".jsonl";
  private static final int LEVEL = 3;
  private static final int WINDOW_LOG = 23;

  /** Writes a file that is not there yet, whole or not at all; the number of lines. */
  Mono<Long> write(Flux<byte[]> lines) {
    Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
    return Flux.using(
            () -> create(unfinished),
            output ->
                lines
                    .publishOn(Schedulers.boundedElastic(), 1)
                    .map(line -> write(output, line))
                    .concatWith(Mono.fromCallable(() -> finish(output, unfinished))),
            output -> discard(output, unfinished))
        .reduce(0L, Long::sum)
        .subscribeOn(Schedulers.boundedElastic())
        .onErrorMap(UncheckedIOException.class, ExportFile::reason)
        .onErrorMap(IOException.class, this::cannotUse);
  }

  private OutputStream create(Path unfinished) throws IOException {
    if (Files.exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    OutputStream file = new BufferedOutputStream(Files.newOutputStream(unfinished));
    return path.toString().endsWith(PLAIN)
        ? file
        : new ZstdOutputStream(file, LEVEL).setChecksum(true).setLong(WINDOW_LOG);
  }

  private static Throwable reason(UncheckedIOException wrapped) {
    IOException reason = wrapped.getCause();
    return reason == null ? wrapped : reason;
  }

  private static long write(OutputStream output, byte[] line) {
    try {
      output.write(line);
      return 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long finish(OutputStream output, Path unfinished) throws IOException {
    output.close();
    try (FileChannel whole = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      whole.force(true);
    }
    Files.move(unfinished, path);
    try (FileChannel directory =
        FileChannel.open(path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
    return 0;
  }

  /** After the move there is nothing to delete. On a full disk even closing fails. */
  private static void discard(OutputStream output, Path unfinished) {
    try {
      try {
        output.close();
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines, from the beginning at every subscription. */
  Flux<byte[]> lines() {
    return Flux.<byte[], InputStream>generate(
            this::open,
            (input, sink) -> {
              byte[] line = nextLine(input);
              if (line == null) {
                sink.complete();
              } else {
                sink.next(line);
              }
              return input;
            },
            ExportFile::close)
        .subscribeOn(Schedulers.boundedElastic())
        .onErrorMap(IOException.class, this::cannotUse);
  }

  private InputStream open() throws IOException {
    InputStream file = Files.newInputStream(path);
    return new BufferedInputStream(
        path.toString().endsWith(PLAIN) ? file : new ZstdInputStream(file), 1 << 16);
  }

  /** Without its line feed; {@code null} at the end. */
  private byte @Nullable [] nextLine(InputStream input) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int next = input.read();
      while (next >= 0 && next != '\n') {
        line.write(next);
        if (line.size() > CheckpointExport.LINE_BYTES_MAX) {
          throw new CorruptDataException(path.toString(), "a line has no end");
        }
        next = input.read();
      }
      return next < 0 && line.size() == 0 ? null : line.toByteArray();
    } catch (IOException e) {
      throw new CorruptDataException(path.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void close(InputStream input) {
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Throwable cannotUse(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return new InvalidInputException("file " + path, "it is there already");
    }
    return e instanceof NoSuchFileException
        ? new InvalidInputException("file " + path, "it is not there")
        : new Failed("Cannot use " + path + ": " + e.getMessage());
  }
}
