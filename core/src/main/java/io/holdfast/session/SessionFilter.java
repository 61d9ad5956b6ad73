package io.holdfast.session;

import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions are meant, and how many: those that meet every condition that is set.
 *
 * @param states any of these states; empty: any state
 * @param type this type
 * @param repository this repository
 * @param worktree this worktree
 * @param created created within this span
 * @param after only those behind this session in the list's order: the last one of the page before
 * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
 */
public record SessionFilter(
    Set<SessionState> states,
    @Nullable String type,
    @Nullable String repository,
    @Nullable String worktree,
    TimeSpan created,
    @Nullable Session after,
    int limit) {

  private static final SessionFilter ALL =
      new SessionFilter(Set.of(), null, null, null, TimeSpan.ALWAYS, null, Paging.LIMIT_DEFAULT);

  /** Copies and checks. */
  public SessionFilter {
    states = Set.copyOf(states);
    checkIfPresent("session type", type);
    checkIfPresent("repository", repository);
    checkIfPresent("worktree", worktree);
    Objects.requireNonNull(created, "created");
    Paging.check(limit);
  }

  private static void checkIfPresent(String what, @Nullable String name) {
    if (name != null) {
      Names.check(what, name);
    }
  }

  /** The newest {@value Paging#LIMIT_DEFAULT} sessions. */
  public static SessionFilter all() {
    return ALL;
  }

  /** Only these states. */
  public SessionFilter withStates(SessionState... only) {
    return new SessionFilter(Set.of(only), type, repository, worktree, created, after, limit);
  }

  /** Only this type. */
  public SessionFilter withType(String only) {
    return new SessionFilter(states, only, repository, worktree, created, after, limit);
  }

  /** Only this repository. */
  public SessionFilter withRepository(String only) {
    return new SessionFilter(states, type, only, worktree, created, after, limit);
  }

  /** Only this worktree. */
  public SessionFilter withWorktree(String only) {
    return new SessionFilter(states, type, repository, only, created, after, limit);
  }

  /** Only those created within {@code span}. */
  public SessionFilter createdWithin(TimeSpan span) {
    return new SessionFilter(states, type, repository, worktree, span, after, limit);
  }

  /** Only those behind {@code last}. */
  public SessionFilter after(Session last) {
    return new SessionFilter(states, type, repository, worktree, created, last, limit);
  }

  /** At most {@code most}. */
  public SessionFilter limit(int most) {
    return new SessionFilter(states, type, repository, worktree, created, after, most);
  }

  /** True if {@code session} meets every condition but the place in the list. */
  public boolean matches(Session session) {
    SessionDetails details = session.details();
    return (states.isEmpty() || states.contains(session.state()))
        && (type == null || type.equals(details.type()))
        && (repository == null || repository.equals(details.repository()))
        && (worktree == null || Objects.equals(worktree, details.worktree()))
        && created.contains(session.timing().createdAt());
  }
}
