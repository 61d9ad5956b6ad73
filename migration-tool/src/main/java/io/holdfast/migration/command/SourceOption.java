package io.holdfast.migration.command;

import io.holdfast.migration.copy.RecordSource;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** What a migration reads, alone. */
final class SourceOption {

  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_FROM}",
      description = {
        "The storage to read, export:DIRECTORY for an export, or"
            + " prodigy:DIRECTORY[?project=DIRECTORY][&environment=keep] for the files of Prodigy,"
            + " which are recognised without prodigy: too; or the environment variable"
            + " HOLDFAST_FROM."
      })
  private String url = "";

  @Option(
      names = "--skipped",
      paramLabel = "FILE",
      description = {
        "From Prodigy: write a line of JSON to this file for everything that would be merged,"
            + " skipped, rejected or changed on the way."
      })
  private @Nullable Path skipped;

  /** Opens it, does {@code work}, closes it. */
  <T> Mono<T> using(Function<RecordSource, Mono<T>> work) {
    return Sources.using(Sources.meant(url), skipped, work);
  }
}
