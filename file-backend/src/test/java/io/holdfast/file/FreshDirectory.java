package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.UnifiedStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A storage in a directory of its own. */
final class FreshDirectory implements BeforeEachCallback, AfterEachCallback {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private @Nullable Path directory;
  private @Nullable UnifiedStorage storage;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    directory = Files.createTempDirectory("holdfast-file");
    storage = open(directory);
  }

  Path path() {
    return Objects.requireNonNull(directory);
  }

  UnifiedStorage storage() {
    return Objects.requireNonNull(storage);
  }

  @CanIgnoreReturnValue
  UnifiedStorage reopen() {
    close();
    storage = open(path());
    return storage;
  }

  static UnifiedStorage open(Path path) {
    return open(FileConfiguration.builder(path).build());
  }

  static UnifiedStorage open(FileConfiguration configuration) {
    return Objects.requireNonNull(FileStorage.create(configuration).block(LIMIT));
  }

  static void close(UnifiedStorage opened) {
    opened.close().block(LIMIT);
  }

  void close() {
    if (storage != null) {
      close(storage);
      storage = null;
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    close();
    try (Stream<Path> files = Files.walk(path())) {
      files.sorted(Comparator.reverseOrder()).forEach(FreshDirectory::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
