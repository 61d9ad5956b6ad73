package io.holdfast.migration.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class BatchesTest {

  @Test
  void ends_a_batch_at_the_count() {
    assertThat(sizes(new Batches(10, 1 << 20), 10, 25)).containsExactly(10, 10, 5);
  }

  @Test
  void ends_a_batch_at_the_bytes() {
    assertThat(sizes(new Batches(1_000, 10_000), 4_000, 7)).containsExactly(3, 3, 1);
  }

  @Test
  void takes_a_record_larger_than_a_batch_by_itself() {
    assertThat(sizes(new Batches(1_000, 10), 4_000, 2)).containsExactly(1, 1);
  }

  @Test
  void has_no_batch_where_there_is_no_record() {
    assertThat(sizes(new Batches(10, 10), 10, 0)).isEmpty();
  }

  @Test
  void reads_no_more_than_one_batch_ahead() {
    AtomicLong read = new AtomicLong();
    Flux<RecordedEvent> endless =
        Flux.<RecordedEvent>generate(sink -> sink.next(event(10)))
            .doOnNext(e -> read.incrementAndGet());

    StepVerifier.create(new Batches(10, 1 << 20).of(RecordedEvent.KIND, endless), 2)
        .expectNextCount(2)
        .thenCancel()
        .verify();

    assertThat(read).as("records read for two batches of ten").hasValue(20);
  }

  private static List<Integer> sizes(Batches batches, int dataBytes, int count) {
    return batches
        .of(RecordedEvent.KIND, Flux.range(0, count).map(i -> event(dataBytes)))
        .map(List::size)
        .collectList()
        .block();
  }

  private static RecordedEvent event(int dataBytes) {
    Json data = Json.of("\"" + "x".repeat(dataBytes) + "\"");
    return new RecordedEvent(
        new Position("1"), new JobId("job"), 1, Event.of("type", data).at(Instant.EPOCH));
  }
}
