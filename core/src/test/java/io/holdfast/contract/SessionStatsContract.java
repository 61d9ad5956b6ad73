package io.holdfast.contract;

import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.NotFoundException;
import io.holdfast.SessionId;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStats;
import io.holdfast.session.SessionStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions in numbers. */
public interface SessionStatsContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private Session create(int n, SessionDetails details, SessionState state) {
    Session created = Await.value(sessions().create(new SessionId("s-" + n), details));
    return Await.value(sessions().update(created.withState(state)));
  }

  @Test
  default void one_session_in_numbers() {
    SessionDetails details = details(1).withProgress(new Progress(3, 10)).withError("slow");
    Session session = create(1, details, SessionState.RUNNING);

    SessionStats stats = Await.value(sessions().stats(session.id()));

    assertThat(stats).isEqualTo(SessionStats.of(session));
    assertThat(stats.byState()).isEqualTo(Map.of(SessionState.RUNNING, 1L));
    assertThat(stats.progress()).isEqualTo(new SessionStats.Sums(3, 10));
    assertThat(stats.failing()).isEqualTo(1);
    assertThat(stats.duration()).isEqualTo(session.timing().duration());
    assertThat(stats.averageDuration()).isEqualTo(stats.duration());
  }

  @Test
  default void an_unknown_session_has_no_numbers() {
    NotFoundException missing = Await.failure(NotFoundException.class, sessions().stats(SESSION));

    assertThat(missing.id()).isEqualTo(SESSION.value());
  }

  @Test
  default void many_in_numbers_are_the_sum_of_each() {
    for (int i = 0; i < 12; i++) {
      SessionDetails details =
          SessionDetails.of("type-" + i % 2, "r", Samples.json(i))
              .withProgress(new Progress(i, 20))
              .withError(i % 3 == 0 ? "no" : null);
      create(i, details, Samples.STATES.get(i % 4));
    }
    SessionFilter filter = SessionFilter.all().withType("type-1");
    List<Session> listed = Await.all(sessions().list(filter));

    SessionStats stats = Await.value(sessions().stats(filter.after(listed.get(2)).limit(1)));

    assertThat(stats)
        .as("of all, whatever the place and the limit")
        .isEqualTo(
            listed.stream().map(SessionStats::of).reduce(SessionStats.NONE, SessionStats::plus));
    assertThat(stats.sessions()).isEqualTo(6);
    assertThat(stats.byState())
        .isEqualTo(Map.of(SessionState.RUNNING, 3L, SessionState.COMPLETED, 3L));
    assertThat(Await.value(sessions().stats(filter.withStates(SessionState.COMPLETED))).sessions())
        .isEqualTo(3);
    assertThat(Await.value(sessions().stats(filter.containing(Samples.json(3)))).sessions())
        .isEqualTo(1);
  }

  @Test
  default void none_is_zero() {
    SessionStats stats = Await.value(sessions().stats(SessionFilter.all()));

    assertThat(stats).isEqualTo(SessionStats.NONE);
    assertThat(stats.averageDuration()).isEqualTo(Duration.ZERO);
  }

  @Test
  default void sums_end_where_numbers_do() {
    SessionDetails details = details(1).withProgress(new Progress(Long.MAX_VALUE, Long.MAX_VALUE));
    create(1, details, SessionState.RUNNING);
    create(2, details, SessionState.RUNNING);
    create(3, details, SessionState.PAUSED);

    assertThat(Await.value(sessions().stats(SessionFilter.all())).progress())
        .isEqualTo(new SessionStats.Sums(Long.MAX_VALUE, Long.MAX_VALUE));
  }
}
