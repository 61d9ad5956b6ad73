package io.holdfast.contract;

import io.holdfast.Position;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A reader that goes on, page by page, from the last position that it has seen. */
final class Tail {

  private static final int PAGE = 37;

  private final EventLog log;
  private final List<RecordedEvent> seen = new ArrayList<>();

  Tail(EventLog log) {
    this.log = log;
  }

  /** Reads one page. */
  Mono<Void> step() {
    return page().then();
  }

  /** Reads on until there is nothing more; returns everything that was ever seen. */
  List<RecordedEvent> toEnd() {
    boolean more = true;
    while (more) {
      more = !Await.all(page()).isEmpty();
    }
    return List.copyOf(seen);
  }

  private Flux<RecordedEvent> page() {
    return Flux.defer(() -> log.read(next())).doOnNext(seen::add);
  }

  private EventQuery next() {
    Position last = seen.isEmpty() ? Position.BEGINNING : seen.get(seen.size() - 1).position();
    return EventQuery.forward(EventFilter.all()).from(last).limit(PAGE);
  }
}
