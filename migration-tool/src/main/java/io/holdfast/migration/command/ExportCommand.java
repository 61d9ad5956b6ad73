package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.SqlExport;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.export.DirectoryExport;
import io.holdfast.migration.export.Manifest;
import io.holdfast.migration.export.SqlFile;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

/** {@code holdfast export}. */
@Command(
    name = "export",
    header = "Write everything that a storage holds into files.",
    description = {
      "jsonl: a directory with a file for each kind of records, a record a line, and a manifest with"
          + " their hashes. 'import' reads it back, into a storage of either kind. Stop whatever"
          + " writes to the storage before.",
      "",
      "sql: a script that plain psql restores into an empty PostgreSQL database. It is of one"
          + " moment, whoever writes meanwhile.",
      "",
      "Two exports of the same data are identical. What is exported is there when it is whole, and"
          + " only its owner may read it."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast export --from file:/var/lib/app --to backup --format jsonl --compress",
      "  holdfast export --from postgresql://app@db.example/app --to app.sql --format sql"
    })
public final class ExportCommand implements Callable<Integer> {

  @Mixin private final ExportPlace place = new ExportPlace();

  @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "jsonl or sql.")
  private String format = "";

  @Option(names = "--compress", description = "With jsonl: compress the files with Zstandard.")
  private boolean isCompressed;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(
        switch (format) {
          case "jsonl" -> exportLines();
          case "sql" -> exportSql();
          default -> throw place.refusal("--format must be jsonl or sql, was " + format);
        });
  }

  private Mono<Integer> exportLines() {
    place.requireSound();
    return Sources.using(
            place.from(),
            null,
            source ->
                new DirectoryExport(
                        source, place.to(), isCompressed, ReportOption.progress(command))
                    .run())
        .map(this::say);
  }

  private Mono<Integer> exportSql() {
    place.requireServer();
    if (isCompressed) {
      throw place.refusal("--compress is for --format jsonl: psql reads plain text");
    }
    return Storages.existing(place.from(), this::exportSql).map(this::say);
  }

  private Mono<Long> exportSql(UnifiedStorage opened) {
    return opened instanceof SqlExport storage
        ? new SqlFile(storage, place.to(), ReportOption.progress(command)).run()
        : Mono.error(() -> new InvalidInputException("storage", "is not kept in SQL"));
  }

  private int say(Manifest written) {
    PrintWriter out = command.commandLine().getOut();
    written
        .kinds()
        .forEach(
            kind ->
                out.println(
                    String.format(Locale.ROOT, "%-13s %,12d", kind.kind(), kind.records())));
    out.println(
        String.format(Locale.ROOT, "Exported %,d records to %s", written.records(), place.to()));
    return ExitCode.OK;
  }

  private int say(long rows) {
    command
        .commandLine()
        .getOut()
        .println(String.format(Locale.ROOT, "Exported %,d rows to %s", rows, place.to()));
    return ExitCode.OK;
  }
}
