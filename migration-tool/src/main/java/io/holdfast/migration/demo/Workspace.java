package io.holdfast.migration.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The directory in which the demo keeps everything. */
final class Workspace {

  private Workspace() {}

  /** Makes a new directory, in {@code parent} or where temporary files go. */
  static Mono<Path> create(@Nullable Path parent) {
    return Mono.fromCallable(() -> createIn(parent)).subscribeOn(Schedulers.boundedElastic());
  }

  static Mono<Void> delete(Path directory) {
    return Mono.<Void>fromCallable(
            () -> {
              deleteTree(directory);
              return null;
            })
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static Path createIn(@Nullable Path parent) throws IOException {
    String prefix = "holdfast-demo-";
    return parent == null
        ? Files.createTempDirectory(prefix)
        : Files.createTempDirectory(Files.createDirectories(parent).toAbsolutePath(), prefix);
  }

  private static void deleteTree(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
