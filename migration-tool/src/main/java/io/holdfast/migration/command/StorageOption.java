package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** The storage that a command works on. */
public final class StorageOption {

  @Option(
      names = "--storage",
      required = true,
      paramLabel = "URL",
      defaultValue = "${env:HOLDFAST_STORAGE}",
      description = {
        "file:DIRECTORY or postgresql://USER@HOST:PORT/DATABASE?schema=NAME; or the environment"
            + " variable HOLDFAST_STORAGE."
      })
  private String url = "";

  /** Opens it, does {@code work}, closes it. */
  public <T> Mono<T> using(Function<UnifiedStorage, Mono<T>> work) {
    return Storages.using(url, work);
  }

  /** As above, for a command that only reads: the writer of a directory may be at work. */
  <T> Mono<T> reading(Function<UnifiedStorage, Mono<T>> work) {
    return Storages.reading(url, work);
  }

  /** Refuses a directory that holds no storage, for a command that is not to make one. */
  void requireDirectory(CommandLine command) {
    Storages.requireDirectory(command, "--storage", url);
  }

  /** Without its password. */
  @Override
  public String toString() {
    return Holdfast.redact(url);
  }
}
