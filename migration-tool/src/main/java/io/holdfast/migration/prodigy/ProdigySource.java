package io.holdfast.migration.prodigy;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.UnavailableException;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The files of a Prodigy store, read as records. It is never written to. Blocks only where blocking
 * is allowed.
 */
public final class ProdigySource implements RecordSource {

  private static final List<RecordKind<?>> KINDS =
      List.of(Workflow.KIND, Session.KIND, Checkpoint.KIND, DeadLetter.KIND, RecordedEvent.KIND);

  private final Intakes intakes;
  private final Records records;

  private ProdigySource(Intakes intakes, Records records) {
    this.intakes = intakes;
    this.records = records;
  }

  /**
   * Looks at every file of the store that {@code url} names. Writes a line of JSON to {@code
   * skipped}, if there is one, for everything that is not simply imported. Fails with {@link
   * UnavailableException} if there is no store, or if it is in use.
   */
  public static Mono<ProdigySource> open(ProdigyUrl url, @Nullable Path skipped) {
    return Mono.fromCallable(() -> survey(url, skipped)).subscribeOn(Schedulers.boundedElastic());
  }

  private static ProdigySource survey(ProdigyUrl url, @Nullable Path skipped) throws IOException {
    requireStore(url.directory());
    url.projects().forEach(ProdigySource::requireProject);
    List<StoreRoot> roots = StoreRoot.all(url);
    StoreLocks.requireNoneAlive(roots);
    Catalogue catalogue = new Catalogue();
    try (Intakes intakes = new Intakes(skipped);
        EventSurvey events = new EventSurvey(url.keepEnvironment(), intakes)) {
      Survey survey = new Survey(url.keepEnvironment(), intakes, catalogue, events);
      roots.forEach(survey::walk);
      catalogue.complete(intakes);
      Events found = events.complete();
      if (intakes.isEmpty()) {
        throw new UnavailableException("There is no Prodigy store at " + url.directory());
      }
      return new ProdigySource(intakes, new Records(catalogue, found));
    }
  }

  private static void requireStore(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new UnavailableException("There is no Prodigy store at " + directory);
    }
    if (Files.exists(directory.resolve("holdfast.json"))) {
      throw new UnavailableException(
          "There is a storage of Holdfast at %s: file:%s reads it".formatted(directory, directory));
    }
  }

  private static void requireProject(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new UnavailableException("There is no project at " + directory);
    }
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return KINDS;
  }

  @Override
  @SuppressWarnings("unchecked") // Each kind has its own records.
  public <R> Flux<R> export(RecordKind<R> kind) {
    return (Flux<R>)
        records
            .of(kind)
            .subscribeOn(Schedulers.boundedElastic())
            .onErrorMap(
                UncheckedIOException.class,
                e ->
                    new UnavailableException(
                        "Cannot read the Prodigy store: " + e.getMessage(), e));
  }

  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return Mono.fromSupplier(() -> intakes.imported(kind.name()));
  }

  @Override
  public Mono<RecordedEvent> findEvent(JobId job, long version) {
    return export(RecordedEvent.KIND)
        .filter(event -> event.version() == version && event.job().equals(job))
        .next();
  }

  @Override
  public List<Intake> intake() {
    return intakes.all();
  }

  /** What was found when it was opened is what is read; a store in use is refused. */
  @Override
  public boolean isStill() {
    return true;
  }
}
