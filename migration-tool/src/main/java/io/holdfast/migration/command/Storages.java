package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import java.nio.file.Files;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import reactor.core.publisher.Mono;

/** Opens a storage for as long as a command needs it. */
public final class Storages {

  private static final String ACCESS = "access=";

  private Storages() {}

  /** As {@link #using}, without becoming the one process that writes to a directory. */
  static <T> Mono<T> reading(String url, Function<UnifiedStorage, Mono<T>> work) {
    boolean asked = !url.startsWith("file:") || url.contains(ACCESS);
    return using(asked ? url : url + (url.contains("?") ? "&" : "?") + ACCESS + "read", work);
  }

  /** Refuses a directory that holds no storage; opening it would make one. */
  static void requireDirectory(CommandLine command, String option, String url) {
    if (url.startsWith("file:")
        && !Files.exists(SamePlace.directory(url).resolve("holdfast.json"))) {
      throw new ParameterException(command, option + ": there is no storage at " + url);
    }
  }

  /**
   * Opens the storage at {@code url}, does {@code work}, closes it whatever came of it. Fails with
   * {@link Interrupted}, once it is closed, when the process is asked to end.
   */
  public static <T> Mono<T> using(String url, Function<UnifiedStorage, Mono<T>> work) {
    return Mono.usingWhen(
        Holdfast.open(url),
        storage -> Shutdown.ends(Mono.defer(() -> work.apply(storage))),
        UnifiedStorage::close);
  }
}
