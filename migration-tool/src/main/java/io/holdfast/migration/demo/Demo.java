package io.holdfast.migration.demo;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.command.Storages;
import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.report.Holder;
import io.holdfast.migration.report.Migration;
import io.holdfast.migration.report.Report;
import io.holdfast.migration.report.ReportText;
import io.holdfast.transfer.MigrationTurn;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/** The story that {@code holdfast demo} tells: from files to PostgreSQL, and through a kill -9. */
final class Demo {

  private static final int BATCH_SIZE = 2_000;

  private final Screen screen;
  private final Progress progress;
  private final Class<?> main;
  private final boolean keep;

  /** {@code main} is the class that a worker's process runs. */
  Demo(Screen screen, Progress progress, Class<?> main, boolean keep) {
    this.screen = screen;
    this.progress = progress;
    this.main = main;
    this.keep = keep;
  }

  /** Tells all of it in {@code directory}; emits whether all went well. */
  Mono<Boolean> run(Path directory) {
    long start = System.nanoTime();
    return writeFiles(directory)
        .then(
            Mono.usingWhen(
                startDatabase(directory),
                database -> move(directory, database),
                database -> keep ? Mono.empty() : database.stop(),
                (database, error) -> database.stop(),
                DemoDatabase::stop))
        .doOnNext(good -> screen.verdict(good, (System.nanoTime() - start) / 1e9));
  }

  private Mono<Void> writeFiles(Path directory) {
    screen.heading("1. What an orchestrator has kept in files so far");
    return Mono.fromCallable(DemoHistory::new)
        .flatMap(
            history ->
                Storages.making(
                    files(directory), storage -> history.writeTo(storage).thenReturn(history)))
        .elapsed()
        .doOnNext(
            written -> {
              screen.line("%s", written.getT2().describe());
              screen.line("in %s, written in %.1f s", files(directory), written.getT1() / 1e3);
            })
        .then();
  }

  private Mono<DemoDatabase> startDatabase(Path directory) {
    return Mono.fromRunnable(() -> screen.heading("2. A PostgreSQL server to move to"))
        .then(DemoDatabase.start(directory))
        .elapsed()
        .map(
            started -> {
              screen.line(
                  "%s, fsync on, started in %.1f s", started.getT2().url(), started.getT1() / 1e3);
              return started.getT2();
            });
  }

  private Mono<Boolean> move(Path directory, DemoDatabase database) {
    return migrate(directory, database)
        .flatMap(report -> live(directory, database, report))
        .doOnNext(good -> sayWhatIsKept(directory, database));
  }

  private Mono<Report> migrate(Path directory, DemoDatabase database) {
    return Storages.making(
            files(directory),
            files ->
                Storages.making(
                    database.url(),
                    postgres -> {
                      screen.heading("3. holdfast migrate");
                      return new Migration(new StorageSource(files, true), postgres, progress)
                          .run(
                              new MigrationTurn(
                                  files(directory), Holder.current(), Migration.LEASE),
                              CopyOptions.ofChunks(BATCH_SIZE));
                    }))
        .doOnNext(new ReportText(screen.writer())::print);
  }

  private Mono<Boolean> live(Path directory, DemoDatabase database, Report report) {
    WorkerProcess.Setup setup = new WorkerProcess.Setup(main, database.url(), directory);
    return Storages.making(
        database.url(),
        storage -> {
          screen.heading("4. A live run, over the dead letters that came along");
          return new LiveRun(storage, setup, screen)
              .watch()
              .flatMap(seen -> check(storage, seen).doOnNext(good -> screen.sum(report, seen)))
              .map(good -> good && report.isIdentical());
        });
  }

  private Mono<Boolean> check(UnifiedStorage storage, LiveRun.Seen seen) {
    screen.heading("5. What has to be true after a kill -9");
    return new LiveChecks(storage, seen.events())
        .all()
        .doOnNext(check -> screen.check(check.good(), check.text()))
        .map(LiveChecks.Check::good)
        .reduce(true, Boolean::logicalAnd);
  }

  private void sayWhatIsKept(Path directory, DemoDatabase database) {
    if (keep) {
      screen.heading("The database keeps running");
      screen.line("look    ./holdfast dlq patterns --storage '%s'", database.url());
      screen.line("stop    %s", database.stopCommand());
      screen.line("delete  rm -r %s", directory);
    }
  }

  private static String files(Path directory) {
    return "file:" + directory.resolve("files");
  }
}
