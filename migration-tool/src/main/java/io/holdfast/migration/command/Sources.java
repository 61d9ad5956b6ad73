package io.holdfast.migration.command;

import io.holdfast.Holdfast;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.export.ExportSource;
import io.holdfast.migration.export.ExportUrl;
import io.holdfast.migration.prodigy.ProdigySource;
import io.holdfast.migration.prodigy.ProdigyUrl;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Opens what a migration reads: a storage, an export, or a store of another system. */
final class Sources {

  /** A letter and a colon may be a drive. */
  private static final Pattern WITH_SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+:");

  private Sources() {}

  /**
   * Opens the source at {@code url}, does {@code work}, closes it whatever came of it.
   *
   * @param skipped gets a line for everything that is not simply imported, if it is not a storage
   */
  static <T> Mono<T> using(
      String url, @Nullable Path skipped, Function<RecordSource, Mono<T>> work) {
    return using(url, skipped, new ErrorOption(), work);
  }

  /** As above, where {@code errors} says what becomes of damaged records of a storage. */
  static <T> Mono<T> using(
      String url,
      @Nullable Path skipped,
      ErrorOption errors,
      Function<RecordSource, Mono<T>> work) {
    if (ProdigyUrl.is(url)) {
      return Shutdown.ends(
          Mono.defer(() -> ProdigySource.open(ProdigyUrl.parse(url), skipped)).flatMap(work));
    }
    if (ExportUrl.is(url)) {
      return Shutdown.ends(
          Mono.defer(() -> ExportSource.open(ExportUrl.directory(url), Progress.NONE))
              .flatMap(work));
    }
    return Storages.existing(
        url,
        storage ->
            Mono.using(
                () -> errors.open(skipped),
                damaged ->
                    work.apply(new StorageSource(storage, url.startsWith("file:"), damaged))));
  }

  /** True if {@code url} is of a storage, and not of what is only read. */
  static boolean isStorage(String url) {
    return !ProdigyUrl.is(url) && !ExportUrl.is(url);
  }

  /**
   * What {@code from} means: itself, or if it is a directory that looks like a store of Prodigy,
   * with {@code file:} or without it, the URL of that.
   */
  static String meant(String from) {
    int query = from.indexOf('?');
    if (from.startsWith("file:")) {
      Path directory = SamePlace.directory(from);
      String rest = query < 0 ? "" : from.substring(query);
      return ProdigyUrl.seemsToBe(directory) ? ProdigyUrl.of(directory, rest) : from;
    }
    return !WITH_SCHEME.matcher(from).find() && ProdigyUrl.seemsToBe(Path.of(from))
        ? ProdigyUrl.of(Path.of(from), "")
        : from;
  }

  /** {@code url} without a password. */
  static String redact(String url) {
    return ProdigyUrl.is(url) || ExportUrl.is(url) ? url : Holdfast.redact(url);
  }
}
