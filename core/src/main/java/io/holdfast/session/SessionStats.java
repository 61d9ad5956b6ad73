package io.holdfast.session;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session, or many, in numbers. Sums stop at {@link Long#MAX_VALUE}.
 *
 * @param sessions how many
 * @param byState how many in each state that any of them is in
 * @param failing how many have an error noted
 * @param progress units done, and units in all as far as they are known, of all together
 * @param duration from creation to the last write, of all together
 * @param firstCreatedAt when the first one was created; {@code null} if there is none
 * @param lastUpdatedAt when one was last written; {@code null} if there is none
 */
public record SessionStats(
    long sessions,
    Map<SessionState, Long> byState,
    long failing,
    Sums progress,
    Duration duration,
    @Nullable Instant firstCreatedAt,
    @Nullable Instant lastUpdatedAt) {

  /** Nothing. */
  public static final SessionStats NONE =
      new SessionStats(0, Map.of(), 0, new Sums(0, 0), Duration.ZERO, null, null);

  /**
   * Units of work.
   *
   * @param done units done
   * @param total units in all; less than {@code done} where sessions do not know theirs
   */
  public record Sums(long done, long total) {

    Sums plus(Sums other) {
      return new Sums(sum(done, other.done), sum(total, other.total));
    }
  }

  /** Copies the map. */
  public SessionStats {
    byState = Map.copyOf(byState);
  }

  /** One session. */
  public static SessionStats of(Session session) {
    SessionDetails details = session.details();
    return new SessionStats(
        1,
        Map.of(session.state(), 1L),
        details.error() == null ? 0 : 1,
        new Sums(details.progress().done(), details.progress().total()),
        session.timing().duration(),
        session.timing().createdAt(),
        session.timing().updatedAt());
  }

  /** These and others together. */
  public SessionStats plus(SessionStats other) {
    Map<SessionState, Long> states = new EnumMap<>(SessionState.class);
    states.putAll(byState);
    other.byState.forEach((state, count) -> states.merge(state, count, SessionStats::sum));
    return new SessionStats(
        sum(sessions, other.sessions),
        states,
        sum(failing, other.failing),
        progress.plus(other.progress),
        duration.plus(other.duration),
        earlier(firstCreatedAt, other.firstCreatedAt),
        later(lastUpdatedAt, other.lastUpdatedAt));
  }

  /** The duration of a session on the average; zero if there is none. */
  public Duration averageDuration() {
    return sessions == 0 ? Duration.ZERO : duration.dividedBy(sessions);
  }

  /** Of numbers that are not negative. */
  private static long sum(long left, long right) {
    long sum = left + right;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static @Nullable Instant earlier(@Nullable Instant left, @Nullable Instant right) {
    return left == null || (right != null && right.isBefore(left)) ? right : left;
  }

  private static @Nullable Instant later(@Nullable Instant left, @Nullable Instant right) {
    return left == null || (right != null && right.isAfter(left)) ? right : left;
  }
}
