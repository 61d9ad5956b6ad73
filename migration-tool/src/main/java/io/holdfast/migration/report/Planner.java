package io.holdfast.migration.report;

import io.holdfast.RecordKind;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Lanes;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.proof.KindTree;
import io.holdfast.migration.proof.RecordHash;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads a source from end to end, so that whatever cannot be read is known before a migration. */
public final class Planner {

  private final RecordSource source;
  private final Progress progress;

  /** Of {@code source}. */
  public Planner(RecordSource source, Progress progress) {
    this.source = source;
    this.progress = progress;
  }

  /** Reads all of it; never empty. */
  public Mono<Plan> plan() {
    return Mono.defer(
        () -> {
          SortedSet<YearMonth> months = new TreeSet<>();
          return Flux.fromIterable(source.kinds())
              .concatMap(this::count, 1)
              .reduce(0L, Long::sum)
              .flatMap(total -> read(total, months))
              .elapsed()
              .map(
                  read ->
                      new Plan(
                          read.getT2(), months, source.intake(), Duration.ofMillis(read.getT1())));
        });
  }

  private Mono<List<Plan.Kind>> read(long total, SortedSet<YearMonth> months) {
    return Mono.using(
        () -> progress.start("Reading", total),
        task -> Lanes.each(source.kinds(), kind -> read(kind, months, task)).collectList());
  }

  private <R> Mono<Plan.Kind> read(
      RecordKind<R> kind, SortedSet<YearMonth> months, Progress.Task task) {
    return Mono.defer(
        () -> {
          RecordHash<R> hash = new RecordHash<>(kind);
          KindTree tree = new KindTree(kind.name());
          return Proof.BATCHES
              .of(kind, source.export(kind))
              .publishOn(Schedulers.boundedElastic(), 1)
              .doOnNext(
                  batch -> {
                    batch.forEach(record -> addMonth(record, months));
                    hash.all(batch).forEach(tree::add);
                    task.advance(kind.name(), batch.size());
                  })
              .then(Mono.fromSupplier(() -> new Plan.Kind(tree.sum(), hash.bytes())));
        });
  }

  private static void addMonth(Object record, SortedSet<YearMonth> months) {
    if (record instanceof RecordedEvent event) {
      months.add(YearMonth.from(event.createdAt().atOffset(ZoneOffset.UTC)));
    }
  }

  private <R> Mono<Long> count(RecordKind<R> kind) {
    return source.count(kind);
  }
}
