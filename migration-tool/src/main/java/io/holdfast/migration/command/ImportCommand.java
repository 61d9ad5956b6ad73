package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.export.ExportSource;
import io.holdfast.migration.report.Migration;
import io.holdfast.migration.report.Report;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast import}. */
@Command(
    name = "import",
    header = "Read an export back into a storage, and prove that it has arrived.",
    description = {
      "Reads a directory that 'export --format jsonl' has written. All of it is checked, line by"
          + " line, before anything is written or made. Then goes on as 'migrate' does: what is"
          + " there already is left alone, and in the end every record is compared."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast import --from backup --to file:/var/lib/app",
      "  holdfast import --from backup --to \"$DATABASE_URL\" --report import.json"
    })
public final class ImportCommand implements Callable<Integer> {

  private static final int BATCH_MAX = 100_000;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIRECTORY",
      description = "What 'export' has written.")
  private Path from = Path.of("");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_TO}",
      description = "The storage to fill; or the environment variable HOLDFAST_TO.")
  private String to = "";

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
    // Before all of the export is read: a URL that means nothing is refused.
    String target = Holdfast.redact(to);
    return Await.exitCode(
        Shutdown.ends(Mono.defer(() -> ExportSource.open(from, report.progress())))
            .flatMap(source -> Storages.making(to, opened -> load(source, opened)))
            .map(done -> report.show("export:" + from, target, done)));
  }

  private Mono<Report> load(RecordSource source, UnifiedStorage target) {
    return new Migration(source, target, report.progress()).run(batchSize);
  }
}
