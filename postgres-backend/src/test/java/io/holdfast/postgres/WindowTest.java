package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The newest events, in memory. */
class WindowTest {

  private final Window window = new Window(10_000);

  @Test
  void serves_what_lies_behind_a_position_inside_it() {
    window.restart(100);
    window.add(events(101, 103), 105);
    window.add(events(106, 107), 107);

    assertThat(positions(window.behind(100, 9))).containsExactly(101L, 102L, 103L, 106L, 107L);
    assertThat(positions(window.behind(104, 9))).containsExactly(101L, 102L, 103L, 106L, 107L);
    assertThat(positions(window.behind(105, 9))).containsExactly(106L, 107L);
    assertThat(positions(window.behind(100, 1))).containsExactly(101L, 102L, 103L);
    assertThat(window.behind(107, 9)).isEmpty();
  }

  @Test
  void does_not_cover_what_came_before_it_began() {
    window.restart(100);

    assertThat(window.covers(99)).isFalse();
    assertThat(window.covers(100)).isTrue();
    assertThat(window.behind(100, 9)).isEmpty();
  }

  @Test
  void reaches_over_stretches_without_events() {
    window.restart(100);
    window.add(List.of(), 150);
    window.add(events(151, 152), 152);
    window.add(List.of(), 160);

    assertThat(window.end()).isEqualTo(160);
    assertThat(positions(window.behind(100, 9))).containsExactly(151L, 152L);
    assertThat(positions(window.behind(120, 9))).containsExactly(151L, 152L);
    assertThat(window.behind(155, 9)).isEmpty();
  }

  @Test
  void forgets_the_oldest_when_it_takes_too_much_memory_and_keeps_the_rest_whole() {
    window.restart(0);
    for (long n = 1; n <= 100; n++) {
      window.add(events(n, n), n);
    }

    assertThat(window.covers(50)).isFalse();
    assertThat(window.covers(99)).isTrue();
    long first = LongStream.rangeClosed(0, 100).filter(window::covers).findFirst().orElseThrow();
    assertThat(positions(window.behind(first, 200)))
        .containsExactlyElementsOf(LongStream.rangeClosed(first + 1, 100).boxed().toList());
  }

  @Test
  void keeps_the_newest_page_however_large_it_is() {
    window.restart(0);
    window.add(events(1, 1_000), 1_000);

    assertThat(positions(window.behind(0, 1))).hasSize(1_000);
    window.add(events(1_001, 1_001), 1_001);
    assertThat(window.covers(0)).isFalse();
    assertThat(positions(window.behind(1_000, 9))).containsExactly(1_001L);
  }

  private static List<Long> positions(List<HeadPage> pages) {
    return pages.stream()
        .flatMap(page -> page.events().stream())
        .map(event -> Positions.number(event.position()))
        .toList();
  }

  private static List<RecordedEvent> events(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(
            n ->
                new RecordedEvent(
                    Positions.of(n),
                    new JobId("job-" + n % 3),
                    n,
                    Event.of("t", Json.EMPTY).at(Instant.EPOCH)))
        .toList();
  }
}
