package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listing sessions by what is in their data, and those that are active. */
public interface SessionSearchContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private void create(String id, String data) {
    SessionDetails details = SessionDetails.of("build", "repository-1", Json.of(data));
    Await.value(sessions().create(new SessionId(id), details));
  }

  private void fill() {
    create("plain", "{\"phase\":\"map\",\"items\":[1,2,3],\"note\":\"Time out at gate-7\"}");
    create("nested", "{\"phase\":\"reduce\",\"step\":{\"name\":\"merge\",\"tries\":[\"time\"]}}");
    create("number", "{\"phase\":\"map\",\"n\":1.0}");
    create("bare", "\"time\"");
    create("named", "{\"time\":1,\"out\":2}");
  }

  private List<String> found(SessionFilter filter) {
    List<Session> listed = Await.all(sessions().list(filter));
    assertThat(listed).allMatch(filter::matches);
    return listed.stream().map(session -> session.id().value()).sorted().toList();
  }

  private List<String> containing(String part) {
    return found(SessionFilter.all().containing(Json.of(part)));
  }

  private List<String> withText(String text) {
    return found(SessionFilter.all().withText(text));
  }

  @Test
  default void finds_what_contains_a_document() {
    fill();

    assertThat(containing("{\"phase\":\"map\"}")).containsExactly("number", "plain");
    assertThat(containing("{\"items\":[3,1]}")).containsExactly("plain");
    assertThat(containing("{\"step\":{\"name\":\"merge\"}}")).containsExactly("nested");
    assertThat(containing("{\"n\":1}")).containsExactly("number");
    assertThat(containing("\"time\"")).containsExactly("bare");
    assertThat(containing("{}")).hasSize(4);
    assertThat(containing("{\"phase\":\"shuffle\"}")).isEmpty();
  }

  @Test
  default void finds_what_has_all_words_in_its_strings() {
    fill();

    assertThat(withText("time")).containsExactly("bare", "nested", "plain");
    assertThat(withText("OUT, time!")).containsExactly("plain");
    assertThat(withText("gate 7")).containsExactly("plain");
    assertThat(withText("timeout")).isEmpty();
    assertThat(withText(" -- ")).as("a text without a word asks for nothing").hasSize(5);
  }

  @Test
  default void finds_by_data_and_the_rest_together_page_by_page() {
    for (int i = 0; i < 30; i++) {
      create("s-" + i, "{\"even\":" + (i % 2 == 0) + ",\"word\":\"w" + i % 3 + "\"}");
    }
    SessionFilter filter =
        SessionFilter.all().containing(Json.of("{\"even\":true}")).withText("W1").limit(2);

    List<Session> first = Await.all(sessions().list(filter));
    List<Session> second = Await.all(sessions().list(filter.after(first.get(1))));
    List<Session> third = Await.all(sessions().list(filter.after(second.get(1))));

    assertThat(first).extracting(s -> s.id().value()).containsExactly("s-28", "s-22");
    assertThat(second).extracting(s -> s.id().value()).containsExactly("s-16", "s-10");
    assertThat(third).extracting(s -> s.id().value()).containsExactly("s-4");
  }

  @Test
  default void finds_the_active_ones_in_the_order_of_the_list() {
    for (SessionState state : SessionState.values()) {
      create("s-" + state, "{}");
      Session created = Await.value(sessions().get(new SessionId("s-" + state)));
      Await.value(sessions().update(created.withState(state)));
    }

    List<Session> active = Await.all(sessions().list(SessionFilter.active()));

    assertThat(active)
        .extracting(Session::state)
        .containsExactly(SessionState.PAUSED, SessionState.RUNNING, SessionState.INITIALIZING);
    assertThat(Await.all(sessions().list(SessionFilter.active().limit(2))))
        .isEqualTo(active.subList(0, 2));
    assertThat(Await.all(sessions().list(SessionFilter.active().after(active.get(0)))))
        .isEqualTo(active.subList(1, 3));
    assertThat(Await.all(sessions().list(SessionFilter.all().withStates(SessionState.values()))))
        .hasSize(6);
  }
}
