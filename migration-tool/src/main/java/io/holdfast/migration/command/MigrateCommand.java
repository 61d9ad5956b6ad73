package io.holdfast.migration.command;

import io.holdfast.migration.report.Migration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast migrate}. */
@Command(
    name = "migrate",
    header = "Copy everything from one storage to another, and prove that it has arrived.",
    description = {
      "Copies every record as it is, with its versions, positions, tokens and times. Then reads"
          + " both storages again, side by side, and compares the SHA-256 of every record.",
      "",
      "Running it again is harmless: what is already there is left alone. Stop whatever writes to"
          + " the source before; a directory that is in use is refused."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast migrate --from file:/var/lib/app --to postgresql://app@db.example/app",
      "  holdfast migrate --from file:.holdfast --to \"$DATABASE_URL\" --report migration.json",
      "  holdfast migrate --from prodigy:$HOME/.prodigy --to \"$DATABASE_URL\" --skipped notes.jsonl"
    })
public final class MigrateCommand implements Callable<Integer> {

  private static final int BATCH_MAX = 100_000;

  @Mixin private final FromTo storages = new FromTo();

  @Mixin private final ReportOption report = new ReportOption();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "2000",
      description = {
        "The most records in one transaction, 1 to 100000. Large records end a batch sooner.",
        "Default: ${DEFAULT-VALUE}"
      })
  private int batchSize;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    if (batchSize < 1 || batchSize > BATCH_MAX) {
      throw new ParameterException(
          command.commandLine(), "--batch-size must be 1 to " + BATCH_MAX + ", was " + batchSize);
    }
    report.requireWritable();
    storages.requireWholeSource();
    return Await.exitCode(
        storages
            .copying(
                (source, target) -> new Migration(source, target, report.progress()).run(batchSize))
            .map(done -> report.show(storages, done)));
  }
}
