package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** Ten thousand callers at once share twenty connections. */
class ManyCallersIT {

  private static final int CALLERS = 10_000;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void ten_thousand_concurrent_callers_are_all_served_over_twenty_connections() {
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl() + "&connections=20");

    Flux.range(0, CALLERS)
        .flatMap(
            n ->
                storage
                    .events()
                    .append(
                        new JobId("job-" + n % 500),
                        ExpectedVersion.any(),
                        List.of(Event.of("t", Json.EMPTY))),
            CALLERS)
        .blockLast(Duration.ofMinutes(2));

    assertThat(storage.events().count(EventFilter.all()).block(Duration.ofMinutes(1)))
        .isEqualTo(CALLERS);
  }
}
