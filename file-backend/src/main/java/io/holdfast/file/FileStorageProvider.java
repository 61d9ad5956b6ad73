package io.holdfast.file;

import io.holdfast.InvalidInputException;
import io.holdfast.StorageProvider;
import io.holdfast.UnifiedStorage;
import io.holdfast.file.FileConfiguration.Access;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/**
 * Opens {@code file:DIRECTORY}: {@code file:relative/directory}, {@code file:/absolute/directory}
 * or {@code file:///absolute/directory}, with {@code ?access=read} to read what another process
 * writes. A {@code %} in the directory begins an escape as in any URL.
 */
public final class FileStorageProvider implements StorageProvider {

  private static final String SCHEME = "file:";

  /** For {@link java.util.ServiceLoader}. */
  public FileStorageProvider() {}

  @Override
  public boolean accepts(String url) {
    return isFile(url);
  }

  static boolean isFile(String url) {
    return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  @Override
  public Mono<UnifiedStorage> open(String url) {
    return FileStorage.create(parse(url));
  }

  @Override
  public String redact(String url) {
    return url;
  }

  static FileConfiguration parse(String url) {
    String rest = url.substring(SCHEME.length());
    int question = rest.indexOf('?');
    String place = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? "" : rest.substring(question + 1);
    return FileConfiguration.builder(directory(place)).access(access(query)).build();
  }

  private static Path directory(String place) {
    if (place.startsWith("//") && !place.startsWith("///")) {
      throw new InvalidInputException("storage URL", "names a host: file:" + place);
    }
    String path = place.startsWith("///") ? place.substring(2) : place;
    if (path.isEmpty()) {
      throw new InvalidInputException("storage URL", "names no directory");
    }
    try {
      // A plus stands for itself in a path.
      return Path.of(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      throw new InvalidInputException("storage URL", "not a directory name: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("storage URL", "not an escape: " + e.getMessage());
    }
  }

  private static Access access(String query) {
    return switch (query) {
      case "", "access=write" -> Access.READ_WRITE;
      case "access=read" -> Access.READ;
      default -> throw new InvalidInputException("storage URL", "unknown parameter: " + query);
    };
  }
}
