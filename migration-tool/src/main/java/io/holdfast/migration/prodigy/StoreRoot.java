package io.holdfast.migration.prodigy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is read with all that is below it.
 *
 * @param path where it is
 * @param shown what stands before the names of its files in a report; empty for the store itself
 * @param repository the repository that its files belong to; {@code null} if their places say it
 */
record StoreRoot(Path path, String shown, @Nullable String repository) {

  /** The store, then of every project what is there; no directory twice. */
  static List<StoreRoot> all(ProdigyUrl url) {
    List<StoreRoot> roots = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    add(roots, seen, new StoreRoot(url.directory(), "", null));
    for (Path project : url.projects()) {
      String repository = String.valueOf(project.toAbsolutePath().normalize().getFileName());
      for (String inside : List.of(".prodigy", "mapreduce/dlq")) {
        Path path = project.resolve(inside);
        if (Files.isDirectory(path)) {
          add(roots, seen, new StoreRoot(path, path + "/", repository));
        }
      }
    }
    return roots;
  }

  private static void add(List<StoreRoot> roots, Set<Path> seen, StoreRoot root) {
    if (seen.add(real(root.path))) {
      roots.add(root);
    }
  }

  /** Without symbolic links and detours, as far as it is there. */
  static Path real(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      // Not there yet: its parent may be.
      Path parent = absolute.getParent();
      Path name = absolute.getFileName();
      return parent == null || name == null ? absolute : real(parent).resolve(name);
    }
  }
}
