package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.MovedException;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.prodigy.ProdigyUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Opens a storage for as long as a command needs it. */
public final class Storages {

  private static final String ACCESS = "access=";
  private static final String UPGRADE = "upgrade=";

  private Storages() {}

  /** As {@link #existing}, without becoming the one process that writes to a directory. */
  static <T> Mono<T> reading(String url, Function<UnifiedStorage, Mono<T>> work) {
    return isDirectory(url)
        ? inDirectory(url, with(url, ACCESS, "read"), work)
        : existing(url, work);
  }

  /** As {@link #making} for a storage that has to be there: a mistyped name must not become one. */
  static <T> Mono<T> existing(String url, Function<UnifiedStorage, Mono<T>> work) {
    return isDirectory(url) ? inDirectory(url, url, work) : making(with(url, UPGRADE, "no"), work);
  }

  private static <T> Mono<T> inDirectory(
      String asked, String url, Function<UnifiedStorage, Mono<T>> work) {
    return holdsStorage(asked)
        ? opened(Holdfast.open(url).onErrorResume(MovedException.class, gone -> read(url)), work)
        : Mono.error(() -> new UnavailableException(absence(asked)));
  }

  /** One that has moved can only be read, and whoever would write to it is told so then. */
  private static Mono<UnifiedStorage> read(String url) {
    return Holdfast.open(with(url, ACCESS, "read"));
  }

  private static String absence(String url) {
    Path directory = SamePlace.directory(url);
    return "There is no storage at "
        + url
        + (ProdigyUrl.seemsToBe(directory)
            ? "; it looks like a store of Prodigy: migrate --from prodigy:" + directory
            : "");
  }

  private static boolean isDirectory(String url) {
    return url.startsWith("file:");
  }

  private static boolean holdsStorage(String url) {
    return Files.exists(SamePlace.directory(url).resolve("holdfast.json"));
  }

  private static boolean isGiven(String url, String option) {
    int query = url.indexOf('?');
    return query >= 0
        && Arrays.stream(url.substring(query + 1).split("&"))
            .anyMatch(given -> given.startsWith(option));
  }

  /** Also if the URL, as programs use it, says that it should not. */
  static <T> Mono<T> upgrading(String url, Function<UnifiedStorage, Mono<T>> work) {
    return making(url.replaceFirst("([?&]" + UPGRADE + ")no(?=&|$)", "$1yes"), work);
  }

  private static String with(String url, String option, String value) {
    return isGiven(url, option) ? url : url + (url.contains("?") ? "&" : "?") + option + value;
  }

  /**
   * Opens the storage at {@code url}, does {@code work}, closes it whatever came of it. Makes the
   * storage if it is not there, and brings it up to date. Fails with {@link Interrupted}, once it
   * is closed, when the process is asked to end.
   */
  public static <T> Mono<T> making(String url, Function<UnifiedStorage, Mono<T>> work) {
    return opened(Holdfast.open(url), work);
  }

  private static <T> Mono<T> opened(
      Mono<UnifiedStorage> opening, Function<UnifiedStorage, Mono<T>> work) {
    return Mono.usingWhen(
        Mono.defer(() -> Shutdown.isAskedFor() ? Mono.error(new Interrupted()) : opening),
        storage -> Shutdown.ends(Mono.defer(() -> work.apply(storage))),
        UnifiedStorage::close);
  }
}
