package io.holdfast.migration.prodigy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Files that are not looked into, told by their names. */
final class Leftovers {

  private Leftovers() {}

  /** Why the file {@code name} is not looked into; {@code null} if it is. */
  static @Nullable String reason(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.contains(".corrupted")) {
      return "corrupted-copy";
    }
    if (lower.endsWith(".tmp")
        || lower.endsWith(".temp")
        || lower.endsWith("~")
        || lower.startsWith(".tmp")
        || lower.equals(".health_check")) {
      return "temporary";
    }
    return null;
  }

  /** True if a file of that name should hold JSON. */
  static boolean isDocument(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains(".json") || lower.contains(".checkpoint.");
  }
}
