package io.holdfast.migration.command;

import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.report.Migration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast migrate}. */
@Command(
    name = "migrate",
    synopsisSubcommandLabel = "[COMMAND]",
    header = "Copy everything from one storage to another, and prove that it has arrived.",
    description = {
      "Copies every record as it is, with its versions, positions, tokens and times, chunk by chunk,"
          + " and notes each chunk in the transaction that writes it. Then reads what has arrived and"
          + " compares its SHA-256 with that of the source.",
      "",
      "Without a command below it does all of it. Running it again is harmless: it goes on where it"
          + " was, and what is already there is left alone. Stop whatever writes to the source"
          + " before; a directory that is in use is refused."
    },
    subcommands = {
      MigratePlanCommand.class,
      MigrateStartCommand.class,
      MigrateStatusCommand.class,
      MigratePauseCommand.class,
      MigrateResumeCommand.class,
      MigrateValidateCommand.class,
      MigrateFinalizeCommand.class,
      MigrateRollbackCommand.class
    },
    footer = {
      "",
      "Examples:",
      "  holdfast migrate --from file:/var/lib/app --to postgresql://app@db.example/app",
      "  holdfast migrate --from file:.holdfast --to \"$DATABASE_URL\" --report migration.json",
      "  holdfast migrate --from prodigy:$HOME/.prodigy --to \"$DATABASE_URL\" --skipped notes.jsonl"
    })
public final class MigrateCommand implements Callable<Integer> {

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
                storages.copying(
                    (source, target) ->
                        new Migration(source, target, report.progress(), Shutdown::ends)
                            .run(storages.turn(), options)))
            .map(done -> report.show(storages, done)));
  }
}
