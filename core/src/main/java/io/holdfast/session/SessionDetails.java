package io.holdfast.session;

import io.holdfast.Json;
import io.holdfast.Names;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a session is about: the part that its owner writes.
 *
 * @param type what kind of run it is, a {@linkplain Names#check name}
 * @param repository what it works on, a name
 * @param worktree where it works, a name, or {@code null}
 * @param progress how far it is
 * @param data whatever the orchestrator wants to keep
 * @param error what went wrong, {@linkplain Names#checkText free text}, or {@code null}
 */
public record SessionDetails(
    String type,
    String repository,
    @Nullable String worktree,
    Progress progress,
    Json data,
    @Nullable String error) {

  /** Checks names and text. */
  public SessionDetails {
    Names.check("session type", type);
    Names.check("repository", repository);
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(data, "data");
    if (worktree != null) {
      Names.check("worktree", worktree);
    }
    if (error != null) {
      Names.checkText("error", error);
    }
  }

  /** The details of a fresh run. */
  public static SessionDetails of(String type, String repository, Json data) {
    return new SessionDetails(type, repository, null, Progress.NONE, data, null);
  }

  /** The same with another worktree. */
  public SessionDetails withWorktree(@Nullable String changed) {
    return new SessionDetails(type, repository, changed, progress, data, error);
  }

  /** The same with another progress. */
  public SessionDetails withProgress(Progress changed) {
    return new SessionDetails(type, repository, worktree, changed, data, error);
  }

  /** The same with other data. */
  public SessionDetails withData(Json changed) {
    return new SessionDetails(type, repository, worktree, progress, changed, error);
  }

  /** The same with another error. */
  public SessionDetails withError(@Nullable String changed) {
    return new SessionDetails(type, repository, worktree, progress, data, changed);
  }
}
