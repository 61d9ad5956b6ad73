package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Names a Prodigy store: {@code prodigy:DIRECTORY?project=DIRECTORY&environment=keep}.
 *
 * @param directory the store: {@code ~/.prodigy}, or the {@code .prodigy} of a project
 * @param projects projects that keep files of their own beside it
 * @param keepEnvironment true if snapshots of the process environment are to be kept
 */
public record ProdigyUrl(Path directory, List<Path> projects, boolean keepEnvironment) {

  private static final String SCHEME = "prodigy:";
  private static final String WHAT = "store URL";

  /** Nothing else has these. */
  private static final List<String> OWN =
      List.of(
          "session_state.json",
          "resume_locks",
          "orphaned_worktrees",
          "events/mapreduce_events.jsonl");

  /** One of these may be anywhere. */
  private static final List<String> INSIDE =
      List.of("sessions", "events", "events_archive", "state", "checkpoints", "dlq", "workflows");

  /** True if {@code url} means a Prodigy store. */
  public static boolean is(String url) {
    return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * Reads a URL.
   *
   * @throws InvalidInputException if it names no directory, or has a parameter that is not known
   */
  public static ProdigyUrl parse(String url) {
    String rest = url.substring(SCHEME.length());
    int question = rest.indexOf('?');
    String directory = question < 0 ? rest : rest.substring(0, question);
    List<Path> projects = new ArrayList<>();
    boolean keep = false;
    for (String parameter : parameters(question < 0 ? "" : rest.substring(question + 1))) {
      if (parameter.startsWith("project=")) {
        projects.add(path(parameter.substring("project=".length())));
      } else if (parameter.equals("environment=keep")) {
        keep = true;
      } else if (!parameter.equals("environment=drop")) {
        throw new InvalidInputException(WHAT, "unknown parameter: " + parameter);
      }
    }
    return new ProdigyUrl(path(directory), List.copyOf(projects), keep);
  }

  private static List<String> parameters(String query) {
    return query.isEmpty() ? List.of() : List.of(query.split("&", -1));
  }

  private static Path path(String text) {
    if (text.startsWith("//") && !text.startsWith("///")) {
      throw new InvalidInputException(WHAT, "names a host: " + text);
    }
    String path = text.startsWith("///") ? text.substring(2) : text;
    if (path.isEmpty()) {
      throw new InvalidInputException(WHAT, "names no directory");
    }
    try {
      // A plus stands for itself in a path.
      return Path.of(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      throw new InvalidInputException(WHAT, "not a directory name: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(WHAT, "not an escape: " + e.getMessage());
    }
  }

  /** True if {@code directory} has what only a Prodigy store has, or two of what it has. */
  public static boolean seemsToBe(Path directory) {
    return !Files.exists(directory.resolve("holdfast.json"))
        && (OWN.stream().anyMatch(name -> Files.exists(directory.resolve(name)))
            || INSIDE.stream().filter(name -> Files.isDirectory(directory.resolve(name))).count()
                >= 2);
  }

  /** The URL of the store in {@code directory}, with a query as in {@link #parse} or nothing. */
  public static String of(Path directory, String query) {
    return SCHEME + directory.toString().replace("%", "%25").replace("?", "%3F") + query;
  }

  /** The same text for every way to write the same directories down. */
  public String place() {
    return SCHEME
        + StoreRoot.real(directory)
        + projects.stream()
            .map(project -> " " + StoreRoot.real(project))
            .sorted()
            .collect(Collectors.joining());
  }

  /** True if {@code place} is in a directory that is read, which nothing may be written to. */
  public boolean holds(Path place) {
    Path asked = StoreRoot.real(place);
    return StoreRoot.all(this).stream()
        .anyMatch(root -> asked.startsWith(StoreRoot.real(root.path())));
  }
}
