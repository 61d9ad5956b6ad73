package io.holdfast.migration.command;

import io.holdfast.migration.export.ExportUrl;
import io.holdfast.migration.prodigy.ProdigyUrl;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What an export is of, and where it goes. */
final class ExportPlace {

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_FROM}",
      description = {
        "The storage to read, or whatever else 'migrate' reads; or the environment variable"
            + " HOLDFAST_FROM."
      })
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PLACE",
      description = "The directory, or with --format sql the file, to make.")
  private Path to = Path.of("");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** The URL of what is read. */
  String from() {
    return Sources.meant(from);
  }

  Path to() {
    return to;
  }

  /** Nothing is written where something else keeps its files, nor is half of something read. */
  void requireSound() {
    if (from.startsWith("file:") && from.contains("access=read")) {
      throw refusal(
          "--from must not be opened with access=read: stop its writer, and leave that out");
    }
    if (isInSource()) {
      throw refusal("--to lies in what is read, which must stay as it is: " + to);
    }
  }

  private boolean isInSource() {
    String source = from();
    if (ProdigyUrl.is(source)) {
      return ProdigyUrl.parse(source).holds(to);
    }
    if (ExportUrl.is(source)) {
      return holds(ExportUrl.directory(source));
    }
    return source.startsWith("file:") && holds(SamePlace.directory(source));
  }

  private boolean holds(Path directory) {
    return to.toAbsolutePath().normalize().startsWith(directory.toAbsolutePath().normalize());
  }

  /** Only a database has SQL to say what it holds. */
  void requireServer() {
    String source = from();
    if (source.startsWith("file:") || ProdigyUrl.is(source) || ExportUrl.is(source)) {
      throw refusal(
          "--format sql is for PostgreSQL: migrate into a database first, or use --format jsonl");
    }
  }

  ParameterException refusal(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
