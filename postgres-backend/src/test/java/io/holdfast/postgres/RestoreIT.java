package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordTransfer;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Events that come with positions of their own. */
class RestoreIT {

  private static final JobId JOB = new JobId("job");
  private static final Event EVENT =
      Event.of("t", Json.EMPTY).at(Instant.parse("2024-01-01T00:00:00Z"));

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static RecordedEvent at(long position) {
    return new RecordedEvent(new Position(Long.toString(position)), JOB, 1, EVENT);
  }

  @Test
  void positions_that_were_drawn_and_not_kept_are_behind_the_readers_too() {
    UnifiedStorage storage = SERVER.storage();
    IllegalStateException changedMind = new IllegalStateException("changed my mind");
    Await.failure(
        IllegalStateException.class,
        storage.inTransaction(
            tx ->
                tx.events()
                    .append(JOB, ExpectedVersion.any(), List.of(EVENT, EVENT, EVENT))
                    .then(Mono.error(changedMind))));
    RecordTransfer<RecordedEvent> events = storage.transfer(RecordedEvent.KIND);

    assertThat(Await.failure(ConflictException.class, events.load(List.of(at(2)))))
        .hasMessageContaining("already at position 3")
        .hasMessageContaining("not kept");
    assertThat(Await.value(events.load(List.of(at(4))))).isEqualTo(1);
  }
}
