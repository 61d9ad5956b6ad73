package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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

  /** Opens it, does {@code work}, closes it. It has to be there and up to date. */
  public <T> Mono<T> using(Function<UnifiedStorage, Mono<T>> work) {
    return Storages.existing(url, work);
  }

  /** As {@link #using}, but makes the storage if it is not there, and brings it up to date. */
  <T> Mono<T> making(Function<UnifiedStorage, Mono<T>> work) {
    return Storages.making(url, work);
  }

  /** As {@link #making}, whatever the URL says about upgrades. */
  <T> Mono<T> upgrading(Function<UnifiedStorage, Mono<T>> work) {
    return Storages.upgrading(url, work);
  }

  /** As {@link #using}, for a command that only reads: the writer of a directory may be at work. */
  <T> Mono<T> reading(Function<UnifiedStorage, Mono<T>> work) {
    return Storages.reading(url, work);
  }

  /** Refuses a directory, for a command that is about PostgreSQL. */
  void requireServer(CommandLine command) {
    if (url.startsWith("file:")) {
      throw new ParameterException(command, "--storage: a directory has no schema: " + url);
    }
  }

  /** Without its password. */
  @Override
  public String toString() {
    return Holdfast.redact(url);
  }
}
