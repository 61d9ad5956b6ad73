package io.holdfast.migration.command;

import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.ProgressDisplay;
import io.holdfast.migration.copy.Terminal;
import io.holdfast.migration.report.Report;
import io.holdfast.migration.report.ReportJson;
import io.holdfast.migration.report.ReportText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a migration or a verification says how it goes, and what came of it. */
final class ReportOption {

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Also write the report to this file, as JSON.")
  private @Nullable Path file;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  Progress progress() {
    return progress(command);
  }

  boolean isAsked() {
    return file != null;
  }

  /** As it is shown while {@code command} runs. */
  static Progress progress(CommandSpec command) {
    return new ProgressDisplay(command.commandLine().getErr(), Terminal.current());
  }

  /** Fails if the file could not be written: hours later would be late to learn it. */
  void requireWritable(FromTo storages) {
    if (file != null) {
      storages.requireOutside("--report", file);
    }
    requireWritable();
  }

  /** As above, where there is no source that must not be written to. */
  void requireWritable() {
    if (file == null) {
      return;
    }
    Path directory = file.toAbsolutePath().getParent();
    boolean possible =
        Files.exists(file)
            ? Files.isRegularFile(file) && Files.isWritable(file)
            : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
    if (!possible) {
      throw new ParameterException(command.commandLine(), "--report: cannot write to " + file);
    }
  }

  /** Prints the report, writes the file, and chooses the exit code. */
  int show(FromTo storages, Report report) {
    return show(storages.from(), storages.to(), report);
  }

  /** As above; the names hold no password. */
  int show(String from, String to, Report report) {
    new ReportText(command.commandLine().getOut()).print(report);
    if (file != null) {
      write(file, ReportJson.of(from, to, report).toString());
    }
    return report.isIdentical() && report.damaged() == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void write(Path file, String json) {
    try {
      Files.writeString(file, json + System.lineSeparator());
    } catch (IOException e) {
      throw new Failed("Cannot write the report: " + e);
    }
  }
}
