package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionChange.Current;
import java.util.HashMap;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Applies what a watch tells, as its subscriber would. */
final class Told {

  private Told() {}

  /** What the changes come to, once that is what is expected. */
  static Mono<Map<SessionId, Session>> until(
      Flux<SessionChange> changes, Mono<Map<SessionId, Session>> expected) {
    return Flux.combineLatest(
            changes.scan(Map.of(), Told::apply),
            expected,
            (told, wanted) -> told.equals(wanted) ? told : Map.<SessionId, Session>of())
        .filter(told -> !told.isEmpty())
        .next();
  }

  private static Map<SessionId, Session> apply(
      Map<SessionId, Session> before, SessionChange change) {
    Map<SessionId, Session> after = new HashMap<>(before);
    if (change instanceof Current current) {
      Session there = after.put(change.id(), current.session());
      assertThat(there == null ? 0 : there.version())
          .as("versions only grow, none comes twice: %s", change)
          .isLessThan(current.session().version());
    } else {
      assertThat(after.remove(change.id())).as("was known: %s", change).isNotNull();
    }
    return after;
  }
}
