package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.export.ExportSource;
import io.holdfast.migration.export.ExportUrl;
import io.holdfast.migration.report.Holder;
import io.holdfast.migration.report.Migration;
import io.holdfast.migration.report.Report;
import io.holdfast.transfer.MigrationTurn;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Mixin private final ChunkOption chunks = new ChunkOption();

  @Override
  public Integer call() {
    CopyOptions options = chunks.options();
    report.requireWritable();
    // Before all of the export is read: a URL that means nothing is refused.
    String target = Holdfast.redact(to);
    return Await.exitCode(
        chunks
            .sayingWhenPaused(
                Shutdown.ends(Mono.defer(() -> ExportSource.open(from, report.progress())))
                    .flatMap(
                        source -> Storages.making(to, opened -> load(source, opened, options))))
            .map(done -> report.show(ExportUrl.of(from), target, done)));
  }

  private Mono<Report> load(RecordSource source, UnifiedStorage target, CopyOptions options) {
    MigrationTurn turn = new MigrationTurn(ExportUrl.of(from), Holder.current(), Migration.LEASE);
    return new Migration(source, target, report.progress(), Shutdown::ends).run(turn, options);
  }
}
