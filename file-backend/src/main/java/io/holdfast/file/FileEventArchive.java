package io.holdfast.file;

import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.EventArchive;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Months of events in a directory, compressed. */
final class FileEventArchive implements EventArchive {

  /** So many events go from thread to thread at once. */
  private static final int HANDED_OVER = 256;

  private final Disk disk;
  private final ArchiveDirectory directory;

  FileEventArchive(Path directory) {
    this.disk = new Disk(directory);
    this.directory = new ArchiveDirectory(directory);
  }

  @Override
  public Mono<ArchivedMonth> write(YearMonth month, Flux<RecordedEvent> events) {
    Objects.requireNonNull(month, "month");
    return Mono.usingWhen(
            disk.run(() -> new ArchiveWriter(directory.path(), month)),
            writer ->
                events
                    .buffer(HANDED_OVER)
                    .concatMap(some -> disk.run(() -> addAll(writer, some)), 1)
                    .then(disk.run(writer::finish)),
            this::close)
        .map(ArchivedSegment::month)
        .doOnNext(directory::forget);
  }

  private static int addAll(ArchiveWriter writer, List<RecordedEvent> events) throws IOException {
    for (RecordedEvent event : events) {
      writer.add(event);
    }
    return events.size();
  }

  private Mono<Void> close(ArchiveWriter writer) {
    return disk.run(
            () -> {
              writer.close();
              return true;
            })
        .then();
  }

  @Override
  public Flux<ArchivedMonth> list() {
    return disk.run(directory::list).flatMapIterable(all -> all).map(ArchivedSegment::month);
  }

  @Override
  public Flux<RecordedEvent> read(ArchivedMonth month, Range range) {
    Objects.requireNonNull(month, "month");
    Objects.requireNonNull(range, "range");
    return disk.pages(() -> new ArchiveScan(directory.find(month), range));
  }

  @Override
  public Mono<Void> check() {
    return disk.run(
            () -> {
              directory.requireThere();
              return true;
            })
        .then();
  }

  @Override
  public Mono<Void> delete(ArchivedMonth month) {
    Objects.requireNonNull(month, "month");
    return disk.run(
            () -> {
              directory.delete(month);
              return true;
            })
        .then();
  }

  @Override
  public Mono<Void> close() {
    return Mono.fromRunnable(
        () -> {
          disk.close();
          disk.shutdown();
        });
  }

  @Override
  public String toString() {
    return "file:" + directory.path();
  }
}
