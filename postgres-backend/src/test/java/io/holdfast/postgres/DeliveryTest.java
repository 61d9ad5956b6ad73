package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** When a page is asked for, and what becomes of one that nobody wants. */
class DeliveryTest {

  private final Reading reading = Reading.behind(EventFilter.all(), 0);
  private final Sinks.Many<Reading> asking = Sinks.many().unicast().onBackpressureBuffer();
  private final TestPublisher<List<RecordedEvent>> pages = TestPublisher.create();
  private final List<Delivery> live = new ArrayList<>();
  private final List<Reading> asked = new ArrayList<>();

  private Flux<Long> events() {
    var unused = asking.asFlux().subscribe(asked::add);
    Delivery.Desk desk = new Delivery.Desk(Runnable::run, live::add, live::remove);
    return pages
        .flux()
        .transform(
            Operators.<List<RecordedEvent>, RecordedEvent>lift(
                (source, subscriber) -> new Delivery(subscriber, reading, asking, desk)))
        .map(event -> Positions.number(event.position()));
  }

  @Test
  void asks_for_a_page_when_events_are_wanted_and_not_before() {
    StepVerifier.create(events(), 0)
        .then(() -> assertThat(asked).isEmpty())
        .thenRequest(3)
        .then(() -> assertThat(asked).hasSize(1))
        .then(() -> pages.next(page(1, 3)))
        .expectNext(1L, 2L, 3L)
        .then(() -> assertThat(asked).as("everything wanted was there").hasSize(1))
        .thenRequest(1)
        .then(() -> assertThat(asked).hasSize(2))
        .thenCancel()
        .verify();
  }

  @Test
  void has_the_next_page_fetched_while_it_hands_on_one_that_is_not_enough() {
    StepVerifier.create(events(), 4)
        .then(() -> pages.next(page(1, 3)))
        .expectNext(1L, 2L, 3L)
        .then(() -> assertThat(asked).hasSize(2))
        .then(() -> pages.next(page(4, 9)))
        .expectNext(4L)
        .then(() -> assertThat(asked).as("the rest is not wanted yet").hasSize(2))
        .thenRequest(5)
        .expectNext(5L, 6L, 7L, 8L, 9L)
        .thenCancel()
        .verify();
  }

  @Test
  void an_empty_page_is_only_a_reason_to_ask_again() {
    StepVerifier.create(events(), 1)
        .then(() -> pages.next(List.of()))
        .then(() -> assertThat(asked).hasSize(2))
        .then(() -> pages.next(page(7, 7)))
        .expectNext(7L)
        .thenCancel()
        .verify();
  }

  @Test
  void gives_back_a_page_that_is_not_wanted_for_long_and_reads_it_again() {
    StepVerifier.create(events(), 2)
        .then(() -> pages.next(page(1, 5)))
        .expectNext(1L, 2L)
        .then(() -> live.get(0).rest())
        .thenRequest(1)
        .as("it had moved since the last time")
        .expectNext(3L)
        .then(() -> live.get(0).rest())
        .then(() -> live.get(0).rest())
        .then(() -> assertThat(reading.position()).isEqualTo(3))
        .thenRequest(1)
        .then(() -> assertThat(asked).hasSize(2))
        .then(() -> pages.next(page(4, 5)))
        .expectNext(4L)
        .thenCancel()
        .verify();
  }

  @Test
  void what_was_handed_on_comes_before_a_failure() {
    StepVerifier.create(events(), 2)
        .then(() -> pages.next(page(1, 3)))
        .expectNext(1L, 2L)
        .then(() -> pages.error(new IllegalStateException("broken")))
        .thenRequest(1)
        .expectNext(3L)
        .verifyErrorMessage("broken");
    assertThat(live).isEmpty();
  }

  @Test
  void is_forgotten_when_it_is_cancelled() {
    StepVerifier.create(events(), 1).then(() -> assertThat(live).hasSize(1)).thenCancel().verify();

    assertThat(live).isEmpty();
    pages.assertCancelled();
  }

  private static List<RecordedEvent> page(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(
            n ->
                new RecordedEvent(
                    Positions.of(n),
                    new JobId("job"),
                    n,
                    Event.of("t", Json.EMPTY).at(Instant.EPOCH)))
        .toList();
  }
}
