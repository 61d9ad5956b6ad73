package io.holdfast.migration.export;

import java.nio.file.Path;

/** Names an export as a source: {@code export:DIRECTORY}. */
public final class ExportUrl {

  private static final String SCHEME = "export:";

  private ExportUrl() {}

  /** True if {@code url} means an export. */
  public static boolean is(String url) {
    return url.startsWith(SCHEME);
  }

  /** The same for every way to write {@code directory} down. */
  public static String of(Path directory) {
    return SCHEME + directory.toAbsolutePath().normalize();
  }

  /** The directory that {@code url} names. */
  public static Path directory(String url) {
    String place = url.substring(SCHEME.length());
    return Path.of(place.startsWith("///") ? place.substring(2) : place);
  }
}
