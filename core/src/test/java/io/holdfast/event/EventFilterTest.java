package io.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EventFilterTest {

  @Test
  void is_the_same_after_it_was_written_and_read() {
    EventFilter filter =
        EventFilter.job(new JobId("j"))
            .withTypes("a", "b")
            .withCorrelation("c")
            .withAgent("g")
            .within(Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z"))
            .containing(Json.of("{\"x\":1}"))
            .where("$.\"a b\"[0] >= 1.5")
            .where("$.c exists")
            .withText("Two words");

    assertThat(EventFilter.decode(filter.encode())).isEqualTo(filter);
    assertThat(EventFilter.decode(EventFilter.all().encode())).isEqualTo(EventFilter.all());
  }

  @Test
  void a_text_is_its_words_and_adds_to_those_before() {
    assertThat(EventFilter.all().withText("Time-out").withText("x time").words())
        .isEqualTo(Set.of("time", "out", "x"));
    assertThat(EventFilter.all().withText(" -- ")).isEqualTo(EventFilter.all());
  }

  @Test
  void more_words_than_fit_are_refused() {
    String many =
        IntStream.rangeClosed(0, EventFilter.WORDS_MAX)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(" "));

    assertThatThrownBy(() -> EventFilter.all().withText(many))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("at most 50");
  }
}
