package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What this process has committed, and may be handed on without having been read. */
class OwnEventsTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.000006Z");

  private final OwnEvents own = new OwnEvents();

  @Test
  void hands_on_what_follows_and_nothing_behind_a_gap() {
    own.add(List.of(run(11, 12), run(14, 15)));

    assertThat(positions(own.takeBehind(10))).containsExactly(11L, 12L);
    assertThat(own.takeBehind(12)).as("13 is missing").isNull();
    assertThat(own.isEmpty()).isFalse();
    assertThat(positions(own.takeBehind(13))).containsExactly(14L, 15L);
    assertThat(own.isEmpty()).isTrue();
  }

  @Test
  void joins_what_came_out_of_order() {
    own.add(List.of(run(14, 15)));
    own.add(List.of(run(11, 13)));

    OwnRun all = own.takeBehind(10);

    assertThat(positions(all)).containsExactly(11L, 12L, 13L, 14L, 15L);
    assertThat(all.first()).isEqualTo(11);
    assertThat(all.last()).isEqualTo(15);
  }

  @Test
  void drops_what_the_reader_has_passed() {
    own.add(List.of(run(5, 6), run(10, 13)));

    assertThat(positions(own.takeBehind(11))).containsExactly(12L, 13L);

    own.add(List.of(run(10, 13)));
    assertThat(own.takeBehind(20)).isNull();
    assertThat(own.isEmpty()).isTrue();
  }

  @Test
  void knows_how_much_waits() {
    own.add(List.of(run(2, 20), run(30, 40)));
    long all = own.bytes();

    assertThat(positions(own.takeBehind(1))).hasSize(19);

    assertThat(own.bytes()).isBetween(1L, all - 1);
    own.clear();
    assertThat(own.bytes()).isZero();
  }

  @Test
  void a_position_without_an_event_is_no_gap() {
    OwnRuns runs = new OwnRuns(Numbers.of(7, 8, 9, 11), NOW);
    runs.add(batch("a", 1), Numbers.of(4));
    runs.skip(1);
    runs.add(batch("b", 2), Numbers.of(0));

    own.add(runs.list());

    OwnRun first = own.takeBehind(6);
    assertThat(first.last()).isEqualTo(9);
    assertThat(first.events()).containsExactly(recorded(7, "a", 5), recorded(9, "b", 1));
    assertThat(own.takeBehind(10).events()).containsExactly(recorded(11, "b", 2));
  }

  /** Groups whose positions are drawn in turn, told in any order, with pages read in between. */
  @Property(tries = 300)
  void whatever_the_order_each_event_is_handed_on_once_and_in_order(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int lanes) {
    Random random = new Random(seed);
    List<List<OwnRun>> groups = groups(random, lanes);
    Collections.shuffle(groups, random);
    OwnEvents mixed = new OwnEvents();
    List<Long> seen = new ArrayList<>();
    long end = 0;
    for (List<OwnRun> group : groups) {
      mixed.add(group);
      if (random.nextInt(8) == 0) {
        end = readOne(end, seen);
      }
      OwnRun next = mixed.takeBehind(end);
      if (next != null) {
        assertThat(next.first()).isEqualTo(end + 1);
        next.events().forEach(event -> seen.add(Positions.number(event.position())));
        end = next.last();
      }
    }

    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, end).boxed().toList());
    assertThat(end).isGreaterThanOrEqualTo(100);
    assertThat(mixed.isEmpty()).isTrue();
  }

  private static long readOne(long end, List<Long> seen) {
    seen.add(end + 1);
    return end + 1;
  }

  /** The positions 1 to 100, drawn by groups that take some in turn. */
  private static List<List<OwnRun>> groups(Random random, int lanes) {
    List<List<OwnRun>> groups = new ArrayList<>();
    List<List<Long>> open = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      open.add(new ArrayList<>());
    }
    for (long position = 1; position <= 100; position++) {
      List<Long> drawn = open.get(random.nextInt(lanes));
      drawn.add(position);
      if (random.nextInt(4) == 0) {
        groups.add(runs(drawn));
        drawn.clear();
      }
    }
    open.stream().filter(drawn -> !drawn.isEmpty()).forEach(drawn -> groups.add(runs(drawn)));
    return groups;
  }

  private static List<OwnRun> runs(List<Long> drawn) {
    OwnRuns runs =
        new OwnRuns(Numbers.of(drawn.stream().mapToLong(Long::longValue).toArray()), NOW);
    runs.add(batch("job", drawn.size()), Numbers.of(0));
    return runs.list();
  }

  private static OwnRun run(long first, long last) {
    return runs(LongStream.rangeClosed(first, last).boxed().toList()).get(0);
  }

  private static EventBatch batch(String job, int events) {
    return new EventBatch(
        BatchId.unique(),
        List.of(
            new JobEvents(
                new JobId(job),
                ExpectedVersion.any(),
                Collections.nCopies(events, Event.of("t", Json.EMPTY)))));
  }

  private static RecordedEvent recorded(long position, String job, long version) {
    return new RecordedEvent(
        Positions.of(position), new JobId(job), version, Event.of("t", Json.EMPTY).at(NOW));
  }

  private static List<Long> positions(OwnRun run) {
    return run.events().stream().map(event -> Positions.number(event.position())).toList();
  }
}
