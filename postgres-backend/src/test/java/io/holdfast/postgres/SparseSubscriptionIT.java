package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** A few events that match, in a log that is longer than a page looks at. */
class SparseSubscriptionIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int EVENTS = 450_000;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void finds_the_first_and_the_last_event_over_windows_without_a_match() {
    UnifiedStorage storage = SERVER.storage();
    storage
        .events()
        .appendAll(Flux.range(0, EVENTS).map(SparseSubscriptionIT::event))
        .blockLast(PATIENCE);
    EventFilter rare = EventFilter.all().withTypes("rare");

    assertThat(
            storage
                .events()
                .subscribe(rare, StartFrom.beginning())
                .take(2)
                .collectList()
                .block(PATIENCE))
        .hasSize(2);
    assertThat(read(storage, EventQuery.forward(rare))).hasSize(2);
    assertThat(read(storage, EventQuery.backward(rare))).hasSize(2);
    assertThat(read(storage, EventQuery.forward(EventFilter.job(new JobId("job-7"))).limit(900)))
        .extracting(RecordedEvent::version)
        .isSorted()
        .hasSize(900);
  }

  private static JobEvent event(int n) {
    String type = n == 0 || n == EVENTS - 1 ? "rare" : "common";
    return new JobEvent(new JobId("job-" + n % 100), Event.of(type, Json.EMPTY));
  }

  private static List<RecordedEvent> read(UnifiedStorage storage, EventQuery query) {
    return storage.events().read(query).collectList().block(PATIENCE);
  }
}
