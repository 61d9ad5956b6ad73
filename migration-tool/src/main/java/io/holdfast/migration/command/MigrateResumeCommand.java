package io.holdfast.migration.command;

import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.report.Migration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import reactor.core.publisher.Mono;

/** {@code holdfast migrate resume}. */
@Command(
    name = "resume",
    header = "Go on with a migration that was paused or cut short, and prove it.",
    description = {
      "As 'holdfast migrate', for a migration from the same source that has begun; it is refused if"
          + " there is none. After a kill -9 it waits up to 12 s until the lease of the process that"
          + " is gone has ended."
    },
    footer = {
      "",
      "Example:",
      "  holdfast migrate resume --from file:/var/lib/app --to postgresql://app@db.example/app"
    })
public final class MigrateResumeCommand implements Callable<Integer> {

  @Mixin private final FromTo storages = new FromTo();

  @Mixin private final ReportOption report = new ReportOption();

  @Mixin private final ChunkOption chunks = new ChunkOption();

  @Override
  public Integer call() {
    CopyOptions options = chunks.options();
    report.requireWritable(storages);
    storages.requireWholeSource();
    return Await.exitCode(
        chunks
            .sayingWhenPaused(
                storages.comparing(
                    (source, target) ->
                        target
                            .migrations()
                            .find()
                            .filter(run -> run.source().equals(storages.turn().source()))
                            .switchIfEmpty(Mono.error(this::nothingToResume))
                            .then(
                                new Migration(source, target, report.progress(), Shutdown::ends)
                                    .run(storages.turn(), options))))
            .map(done -> report.show(storages, done)));
  }

  private Failed nothingToResume() {
    return new Failed(
        "No migration from %s has begun in %s: 'holdfast migrate start' begins one"
            .formatted(storages.from(), storages.to()));
  }
}
