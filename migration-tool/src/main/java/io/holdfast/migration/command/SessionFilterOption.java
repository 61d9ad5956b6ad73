package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which sessions a command is about. */
public final class SessionFilterOption {

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = {
        "Only in this state; may be repeated: initializing, running, paused, completed, failed,"
            + " cancelled; or active for the first three."
      })
  private List<String> states = List.of();

  @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type.")
  private @Nullable String type;

  @Option(names = "--repository", paramLabel = "NAME", description = "Only of this repository.")
  private @Nullable String repository;

  @Option(names = "--worktree", paramLabel = "NAME", description = "Only of this worktree.")
  private @Nullable String worktree;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only created at this time or later: 2026-11-20, or 2026-11-20T06:58:06Z.")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only created before this time; likewise.")
  private @Nullable String until;

  @Option(
      names = "--contains",
      paramLabel = "JSON",
      description = "Only with data that contains this, for example '{\"phase\":\"map\"}'.")
  private @Nullable String contains;

  @Option(
      names = "--text",
      paramLabel = "WORDS",
      description = "Only with all of these words in the strings of the data.")
  private @Nullable String text;

  SessionFilter filter() {
    SessionFilter filter =
        SessionFilter.all()
            .withStates(
                states.stream()
                    .flatMap(word -> states(word).stream())
                    .distinct()
                    .toArray(SessionState[]::new))
            .createdWithin(
                new TimeSpan(SpanOption.time("--since", since), SpanOption.time("--until", until)));
    filter = type == null ? filter : filter.withType(type);
    filter = repository == null ? filter : filter.withRepository(repository);
    filter = worktree == null ? filter : filter.withWorktree(worktree);
    filter = contains == null ? filter : filter.containing(Json.of(contains));
    return text == null ? filter : filter.withText(text);
  }

  private static List<SessionState> states(String word) {
    if (word.equals("active")) {
      return List.copyOf(SessionState.ACTIVE);
    }
    List<SessionState> found =
        Arrays.stream(SessionState.values())
            .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(word))
            .toList();
    if (found.isEmpty()) {
      throw new InvalidInputException("session state", "there is no such state: " + word);
    }
    return found;
  }
}
