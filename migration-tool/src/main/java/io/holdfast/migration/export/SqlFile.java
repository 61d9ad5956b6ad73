package io.holdfast.migration.export;

import io.holdfast.InvalidInputException;
import io.holdfast.SqlExport;
import io.holdfast.migration.copy.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Writes the script of a storage into a file. Blocks only where blocking is allowed. */
public final class SqlFile {

  private final SqlExport storage;
  private final Path target;
  private final Progress progress;

  /** From {@code storage} into the file {@code target}. */
  public SqlFile(SqlExport storage, Path target, Progress progress) {
    this.storage = storage;
    this.target = target;
    this.progress = progress;
  }

  /**
   * Writes it. It is there when it is whole, and survives a loss of power. Fails with {@link
   * InvalidInputException} if something is there already. Cancelling deletes what was written.
   *
   * @return how many rows of tables are in it; never empty
   */
  public Mono<Long> run() {
    return Mono.using(() -> Unfinished.file(target), this::write, Unfinished::discard)
        .subscribeOn(Schedulers.boundedElastic());
  }

  /** Forced to the disk when the database need not wait for it any more. */
  private Mono<Long> write(Unfinished made) {
    return storage
        .exportSql(script -> write(script, made.path()))
        .publishOn(Schedulers.boundedElastic())
        .flatMap(rows -> Mono.fromCallable(() -> finish(made, rows)));
  }

  private Mono<Long> write(SqlExport.Script script, Path path) {
    return Mono.using(
            () -> progress.start("Exporting", script.rows()),
            task ->
                Mono.using(
                    () -> open(path),
                    file ->
                        script
                            .parts()
                            .publishOn(Schedulers.boundedElastic(), 1)
                            .map(part -> write(file, part, task))
                            .reduce(0L, Long::sum),
                    SqlFile::close))
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static FileChannel open(Path path) {
    try {
      return FileChannel.open(path, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long write(FileChannel file, SqlExport.Part part, Progress.Task task) {
    try {
      ByteBuffer text = part.utf8();
      while (text.hasRemaining()) {
        int unused = file.write(text);
      }
      task.advance(part.table(), part.rows());
      return part.rows();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long finish(Unfinished made, long rows) throws IOException {
    Unfinished.force(made.path());
    made.finish();
    return rows;
  }
}
