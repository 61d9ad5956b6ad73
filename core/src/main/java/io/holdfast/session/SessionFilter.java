package io.holdfast.session;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import io.holdfast.Words;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions are meant, and how many: those that meet every condition that is set. Each method
 * says how PostgreSQL finds its sessions: by an index that has them in the list's order, or by
 * looking at all there are that meet the other conditions, a page at a time as far as the limit
 * needs. In files the states are known beforehand; of what has them every document is looked at.
 *
 * @param states any of these states; empty: any state
 * @param type this type
 * @param repository this repository
 * @param worktree this worktree
 * @param created created within this span
 * @param finished finished within this span; {@link TimeSpan#ALWAYS}: also if it is not finished
 * @param contains data that {@linkplain Json#contains contains} this
 * @param words all of these words in the strings of the data
 * @param after only those behind this session in the list's order: the last one of the page before
 * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
 */
public record SessionFilter(
    Set<SessionState> states,
    @Nullable String type,
    @Nullable String repository,
    @Nullable String worktree,
    TimeSpan created,
    TimeSpan finished,
    @Nullable Json contains,
    Set<String> words,
    @Nullable Session after,
    int limit) {

  /** How many words there may be. */
  public static final int WORDS_MAX = 50;

  private static final SessionFilter ALL =
      new SessionFilter(
          Set.of(),
          null,
          null,
          null,
          TimeSpan.ALWAYS,
          TimeSpan.ALWAYS,
          null,
          Set.of(),
          null,
          Paging.LIMIT_DEFAULT);

  /** Copies and checks. */
  public SessionFilter {
    states = Set.copyOf(states);
    checkIfPresent("session type", type);
    checkIfPresent("repository", repository);
    checkIfPresent("worktree", worktree);
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(finished, "finished");
    words = words.stream().flatMap(word -> Words.asked(word).stream()).collect(toUnmodifiableSet());
    if (words.size() > WORDS_MAX) {
      throw new InvalidInputException(
          "words to search for", "at most " + WORDS_MAX + ", was " + words.size());
    }
    Paging.check(limit);
  }

  private static void checkIfPresent(String what, @Nullable String name) {
    if (name != null) {
      Names.check(what, name);
    }
  }

  /** The newest {@value Paging#LIMIT_DEFAULT} sessions. By an index. */
  public static SessionFilter all() {
    return ALL;
  }

  /** Those that are not finished; as {@link #withStates}. */
  public static SessionFilter active() {
    return ALL.withStates(SessionState.ACTIVE.toArray(SessionState[]::new));
  }

  /** Only these states. By an index, which is asked once a state. */
  public SessionFilter withStates(SessionState... only) {
    return new SessionFilter(
        Set.of(only), type, repository, worktree, created, finished, contains, words, after, limit);
  }

  /** Only this type. By an index. */
  public SessionFilter withType(String only) {
    return new SessionFilter(
        states, only, repository, worktree, created, finished, contains, words, after, limit);
  }

  /** Only this repository. By an index. */
  public SessionFilter withRepository(String only) {
    return new SessionFilter(
        states, type, only, worktree, created, finished, contains, words, after, limit);
  }

  /** Only this worktree. By an index. */
  public SessionFilter withWorktree(String only) {
    return new SessionFilter(
        states, type, repository, only, created, finished, contains, words, after, limit);
  }

  /** Only those created within {@code span}. By an index. */
  public SessionFilter createdWithin(TimeSpan span) {
    return new SessionFilter(
        states, type, repository, worktree, span, finished, contains, words, after, limit);
  }

  /**
   * Only those finished within {@code span}. Looks at all sessions that meet the other conditions.
   */
  public SessionFilter finishedWithin(TimeSpan span) {
    return new SessionFilter(
        states, type, repository, worktree, created, span, contains, words, after, limit);
  }

  /**
   * Only data that contains {@code part}. Looks at all sessions that meet the other conditions: an
   * index on data would be written with every update.
   */
  public SessionFilter containing(Json part) {
    return new SessionFilter(
        states, type, repository, worktree, created, finished, part, words, after, limit);
  }

  /**
   * Only data in whose strings all words of {@code text} occur, anywhere and in any order; {@link
   * Words} says what a word is. A text without a word asks for nothing. Looks at all sessions that
   * meet the other conditions, and takes their data to pieces.
   */
  public SessionFilter withText(String text) {
    return new SessionFilter(
        states,
        type,
        repository,
        worktree,
        created,
        finished,
        contains,
        Words.asked(text),
        after,
        limit);
  }

  /** Only those behind {@code last}. By the same index as without. */
  public SessionFilter after(Session last) {
    return new SessionFilter(
        states, type, repository, worktree, created, finished, contains, words, last, limit);
  }

  /** Whatever the place in the list. */
  public SessionFilter withoutPlace() {
    return new SessionFilter(
        states, type, repository, worktree, created, finished, contains, words, null, limit);
  }

  /** At most {@code most}. */
  public SessionFilter limit(int most) {
    return new SessionFilter(
        states, type, repository, worktree, created, finished, contains, words, after, most);
  }

  /** True if {@code session} meets every condition but the place in the list. */
  public boolean matches(Session session) {
    SessionDetails details = session.details();
    return (states.isEmpty() || states.contains(session.state()))
        && (type == null || type.equals(details.type()))
        && (repository == null || repository.equals(details.repository()))
        && (worktree == null || Objects.equals(worktree, details.worktree()))
        && created.contains(session.timing().createdAt())
        && isFinishedInTime(session.timing().finishedAt())
        && (contains == null || details.data().contains(contains))
        && (words.isEmpty() || Words.in(details.data().tree()).containsAll(words));
  }

  private boolean isFinishedInTime(@Nullable Instant finishedAt) {
    return finished.equals(TimeSpan.ALWAYS)
        || (finishedAt != null && finished.contains(finishedAt));
  }
}
