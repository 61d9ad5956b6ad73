package io.holdfast.migration.export;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.RecordKind;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Writes every record of a source into a directory. Holds a few batches, however large the source
 * is. Blocks only where blocking is allowed.
 */
public final class DirectoryExport {

  private static final Batches BATCHES = new Batches(500, Batches.BYTES_DEFAULT / 4);

  private final RecordSource source;
  private final Path target;
  private final boolean isCompressed;
  private final Progress progress;

  /** From {@code source} into the directory {@code target}. */
  public DirectoryExport(
      RecordSource source, Path target, boolean isCompressed, Progress progress) {
    this.source = source;
    this.target = target;
    this.isCompressed = isCompressed;
    this.progress = progress;
  }

  /**
   * Writes it. It is there when it is whole, and survives a loss of power. Fails with {@link
   * InvalidInputException} if something is there already, and with {@link CorruptDataException} if
   * the source gives a record twice. Cancelling deletes what was written.
   *
   * @return what is in it; never empty
   */
  public Mono<Manifest> run() {
    return Mono.using(() -> Unfinished.directory(target), this::write, Unfinished::discard)
        .subscribeOn(Schedulers.boundedElastic());
  }

  private Mono<Manifest> write(Unfinished made) {
    return Flux.fromIterable(source.kinds())
        .concatMap(source::count, 1)
        .reduce(0L, Long::sum)
        .flatMap(
            total ->
                Mono.using(
                    () -> progress.start("Exporting", total), task -> kinds(made.path(), task)))
        .publishOn(Schedulers.boundedElastic())
        .flatMap(kinds -> Mono.fromCallable(() -> finish(made, new Manifest(kinds))));
  }

  private Mono<List<ExportedKind>> kinds(Path directory, Progress.Task task) {
    return Flux.fromIterable(source.kinds())
        .concatMap(kind -> write(directory, kind, task), 1)
        .collectList();
  }

  /** Encoding and hashing take time, and go on while the next batch is read. */
  private <R> Mono<ExportedKind> write(Path directory, RecordKind<R> kind, Progress.Task task) {
    return Mono.using(
            () -> new KindWriter<>(directory, kind, isCompressed),
            writer ->
                BATCHES
                    .of(kind, source.export(kind))
                    .publishOn(Schedulers.boundedElastic(), 1)
                    .doOnNext(batch -> task.advance(kind.name(), writer.write(batch)))
                    .then(Mono.fromCallable(writer::finish)),
            KindWriter::close)
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static Manifest finish(Unfinished made, Manifest manifest) throws IOException {
    Path file = made.path().resolve(Manifest.FILE);
    try (OutputStream out = KindWriter.create(file)) {
      out.write(manifest.toJson().utf8());
      out.write('\n');
    }
    Unfinished.force(file);
    made.finish();
    return manifest;
  }
}
