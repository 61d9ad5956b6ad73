package io.holdfast.migration.export;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.UnavailableException;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** An export, read. Blocks only where blocking is allowed. */
public final class ExportSource implements RecordSource {

  private static final int SHOWN_EVERY = 500;

  private final Path directory;
  private final Manifest manifest;
  private volatile @Nullable RecordedEvent newest;

  private ExportSource(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Reads all of the export in {@code directory} once, line by line. Fails with {@link
   * UnavailableException} if there is none, with {@link CorruptDataException}, which names file and
   * line, if anything is not as it was written, and with {@link InvalidInputException} if it has
   * what is not known here.
   */
  public static Mono<ExportSource> open(Path directory, Progress progress) {
    return Mono.fromCallable(() -> new ExportSource(directory, Manifest.read(directory)))
        .subscribeOn(Schedulers.boundedElastic())
        .flatMap(
            source ->
                Mono.using(
                    () -> progress.start("Checking", source.manifest.records()), source::checked));
  }

  private Mono<ExportSource> checked(Progress.Task task) {
    return Flux.fromIterable(kinds()).concatMap(kind -> check(kind, task), 1).then(Mono.just(this));
  }

  private <R> Mono<Void> check(RecordKind<R> kind, Progress.Task task) {
    return Flux.from(reader(kind).map(KindReader::checked).orElse(Flux.empty()))
        .buffer(SHOWN_EVERY)
        .doOnNext(records -> task.advance(kind.name(), records.size()))
        .takeLast(1)
        .doOnNext(records -> remember(records.get(records.size() - 1)))
        .then();
  }

  private void remember(Object last) {
    if (last instanceof RecordedEvent event) {
      newest = event;
    }
  }

  private <R> Optional<KindReader<R>> reader(RecordKind<R> kind) {
    return manifest.find(kind.name()).map(file -> new KindReader<>(directory, kind, file));
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return Kinds.ALL.stream().filter(kind -> manifest.find(kind.name()).isPresent()).toList();
  }

  @Override
  public <R> Flux<R> export(RecordKind<R> kind) {
    return reader(kind).map(KindReader::records).orElse(Flux.empty());
  }

  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return Mono.just(manifest.find(kind.name()).map(ExportedKind::records).orElse(0L));
  }

  @Override
  public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
    return filter.equals(EventFilter.all())
        ? Mono.justOrEmpty(newest)
        : RecordSource.super.findNewestEvent(filter);
  }

  @Override
  public Mono<RecordedEvent> findEvent(JobId job, long version) {
    return export(RecordedEvent.KIND)
        .filter(event -> event.version() == version && event.job().equals(job))
        .next();
  }

  @Override
  public List<Intake> intake() {
    return List.of();
  }

  /** Each file is read with its hash, which has to be that of the manifest. */
  @Override
  public boolean isStill() {
    return true;
  }
}
