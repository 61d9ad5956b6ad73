package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Names;
import io.holdfast.SessionId;
import io.holdfast.TimeSpan;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import io.holdfast.session.SessionTiming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listing sessions: filters, order, pages. */
public interface SessionListContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private List<Session> list(SessionFilter filter) {
    return Await.all(sessions().list(filter));
  }

  /** Sixty sessions, ten of them in each microsecond; returned in the order of the list. */
  private List<Session> sixty() {
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      sessions.add(numbered(i));
    }
    sessions.sort(Session.KIND.order());
    assertThat(Await.value(storage().transfer(Session.KIND).load(sessions))).isEqualTo(60);
    sessions.sort(
        Comparator.comparing((Session session) -> session.timing().createdAt())
            .reversed()
            .thenComparing(session -> session.id().value(), Names.ORDER));
    return sessions;
  }

  private static Session numbered(int i) {
    SessionState state = Samples.STATES.get(i % 6);
    Instant createdAt = LONG_AGO.plusNanos(1_000L * (i % 6));
    Instant finishedAt = state.isFinished() ? LONG_AGO.plusSeconds(60) : null;
    SessionDetails details =
        SessionDetails.of("type-" + i % 2, "repository-" + i % 3, json(i))
            .withWorktree(i % 4 == 0 ? null : "worktree-" + i % 4);
    return new Session(
        new SessionId((i / 6 % 2 == 0 ? "\uD83D\uDE00-" : "\uFF5E-") + i),
        1 + i,
        state,
        details,
        new SessionTiming(createdAt, LONG_AGO.plusSeconds(60), finishedAt));
  }

  private void requireSelects(List<Session> all, SessionFilter filter, int matches) {
    List<Session> expected = all.stream().filter(filter::matches).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(list(filter)).as("%s", filter).isEqualTo(expected);
  }

  @Test
  default void newest_first_then_by_id() {
    List<Session> all = sixty();

    assertThat(list(SessionFilter.all())).isEqualTo(all);
  }

  @Test
  default void lists_what_was_created_one_after_the_other() {
    for (int i = 0; i < 5; i++) {
      Await.value(sessions().create(new SessionId("s-" + i), Samples.details(i)));
    }

    List<Session> listed = list(SessionFilter.all());
    assertThat(listed).hasSize(5);
    assertThat(listed)
        .isSortedAccordingTo(
            Comparator.comparing((Session session) -> session.timing().createdAt())
                .reversed()
                .thenComparing(session -> session.id().value(), Names.ORDER));
    assertThat(listed)
        .allSatisfy(
            session -> assertThat(Await.value(sessions().get(session.id()))).isEqualTo(session));
  }

  @Test
  default void filters_by_each_condition() {
    List<Session> all = sixty();
    SessionFilter any = SessionFilter.all();

    requireSelects(all, any, 60);
    requireSelects(all, any.withStates(SessionState.PAUSED), 10);
    requireSelects(all, any.withStates(SessionState.PAUSED, SessionState.FAILED), 20);
    requireSelects(all, any.withStates(), 60);
    requireSelects(all, any.withType("type-1"), 30);
    requireSelects(all, any.withType("TYPE-1"), 0);
    requireSelects(all, any.withRepository("repository-2"), 20);
    requireSelects(all, any.withWorktree("worktree-3"), 15);
    requireSelects(all, any.withWorktree("worktree-0"), 0);
  }

  @Test
  default void filters_by_time_of_creation() {
    List<Session> all = sixty();
    SessionFilter any = SessionFilter.all();
    Instant third = LONG_AGO.plusNanos(3_000);

    requireSelects(all, any.createdWithin(TimeSpan.from(third)), 30);
    requireSelects(all, any.createdWithin(TimeSpan.before(third)), 30);
    requireSelects(all, any.createdWithin(new TimeSpan(third, third.plusNanos(1_000))), 10);
    requireSelects(all, any.createdWithin(new TimeSpan(third, third)), 0);
    requireSelects(all, any.createdWithin(TimeSpan.ALWAYS), 60);
  }

  @Test
  default void filters_by_all_conditions_together() {
    requireSelects(
        sixty(),
        SessionFilter.all()
            .withStates(SessionState.RUNNING, SessionState.COMPLETED)
            .withType("type-1")
            .withRepository("repository-1")
            .withWorktree("worktree-3")
            .createdWithin(TimeSpan.before(LONG_AGO.plusNanos(2_000))),
        5);
  }

  @Test
  default void pages_without_gap_or_duplicate() {
    List<Session> all = sixty();

    assertThat(pages(SessionFilter.all().limit(7))).isEqualTo(all);
    assertThat(pages(SessionFilter.all().limit(1))).isEqualTo(all);
    assertThat(pages(SessionFilter.all().withType("type-1").limit(4)))
        .isEqualTo(
            all.stream().filter(session -> session.details().type().equals("type-1")).toList());
  }

  @Test
  default void a_page_goes_on_although_its_last_session_has_changed_or_gone() {
    List<Session> all = sixty();
    List<Session> page = list(SessionFilter.all().limit(20));
    Session last = page.get(19);
    Await.done(sessions().delete(last.id()));

    assertThat(list(SessionFilter.all().after(last))).isEqualTo(all.subList(20, 60));
  }

  @Test
  default void emits_no_more_than_the_limit() {
    List<Session> all = sixty();

    assertThat(list(SessionFilter.all().limit(3))).isEqualTo(all.subList(0, 3));
    assertThat(list(SessionFilter.all().limit(10_000))).isEqualTo(all);
  }

  private List<Session> pages(SessionFilter first) {
    List<Session> all = new ArrayList<>();
    List<Session> page = list(first);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = list(first.after(page.get(page.size() - 1)));
    }
    return all;
  }
}
