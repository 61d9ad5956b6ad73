package io.holdfast.migration.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class ComparerTest {

  private final List<RecordedEvent> source = events(1_000);
  private final List<RecordedEvent> target = new ArrayList<>(source);

  @Test
  void finds_identical_records_identical() {
    Comparison comparison = compare();

    assertThat(comparison.isIdentical()).isTrue();
    assertThat(comparison.identical()).isEqualTo(1_000);
    assertThat(comparison.source()).isEqualTo(comparison.target());
    assertThat(comparison.source().sha256()).matches("[0-9a-f]{64}");
  }

  @Test
  void does_not_mind_another_spelling_of_the_same_data() {
    target.set(7, event(7, "{ \"text\":\"item 7\", \"n\":7.0 }"));

    assertThat(compare().isIdentical()).isTrue();
  }

  @Test
  void finds_a_flipped_byte() {
    target.set(7, event(7, "{\"n\":7,\"text\":\"iteM 7\"}"));

    assertOnly(Finding.DIFFERENT, 7, new FieldDifference("/data/text", "\"item 7\"", "\"iteM 7\""));
  }

  @Test
  void finds_a_changed_number() {
    target.set(999, event(999, "{\"n\":998,\"text\":\"item 999\"}"));

    assertOnly(Finding.DIFFERENT, 999, new FieldDifference("/data/n", "999", "998"));
  }

  @Test
  void finds_a_lost_record() {
    target.remove(500);

    assertOnly(Finding.ONLY_IN_SOURCE, 500, null);
  }

  @Test
  void finds_a_record_that_nobody_sent() {
    source.remove(0);

    assertOnly(Finding.ONLY_IN_TARGET, 0, null);
  }

  @Test
  void finds_a_doubled_record() {
    target.add(500, target.get(500));

    assertOnly(Finding.TWICE_IN_TARGET, 500, null);
  }

  @Test
  void finds_that_the_end_is_missing() {
    target.subList(900, 1_000).clear();

    Comparison comparison = compare();

    assertThat(comparison.differences()).isEqualTo(100);
    assertThat(comparison.identical()).isEqualTo(900);
    assertThat(comparison.first()).hasSize(Comparison.SHOWN_MAX);
  }

  @Test
  void finds_everything_missing() {
    target.clear();

    assertThat(compare().differences()).isEqualTo(1_000);
  }

  @Test
  void finds_nothing_to_compare_identical() {
    source.clear();
    target.clear();

    assertThat(compare().isIdentical()).isTrue();
  }

  @Test
  void refuses_an_export_that_is_out_of_order() {
    Collections.swap(target, 300, 301);

    assertThatThrownBy(this::compare)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("job@301");
  }

  @Test
  void reads_no_further_ahead_than_a_few_batches() {
    Flux<RecordedEvent> far =
        Flux.fromIterable(source)
            .doOnNext(
                event -> assertThat(event.version()).as("read of the source").isLessThan(100));

    Comparison comparison =
        new Comparer(Exports.of(far), Exports.of(Flux.never()), new Batches(10, 1 << 20))
            .compareAll(Progress.Task.SILENT)
            .timeout(Duration.ofMillis(500), Flux.empty())
            .blockLast();

    assertThat(comparison).as("nothing can be said while one side is silent").isNull();
  }

  private void assertOnly(Finding finding, int index, FieldDifference field) {
    Comparison comparison = compare();
    assertThat(comparison.differences()).isEqualTo(1);
    assertThat(comparison.isIdentical()).isFalse();
    assertThat(comparison.first())
        .containsExactly(new Difference("events", "job@" + (index + 1), finding, field));
    assertThat(comparison.source()).isNotEqualTo(comparison.target());
  }

  private Comparison compare() {
    return new Comparer(
            Exports.of(Flux.fromIterable(source)),
            Exports.of(Flux.fromIterable(target)),
            new Batches(64, 1 << 20))
        .compareAll(Progress.Task.SILENT)
        .blockLast();
  }

  private static List<RecordedEvent> events(int count) {
    return new ArrayList<>(
        IntStream.range(0, count)
            .mapToObj(i -> event(i, "{\"n\":%d,\"text\":\"item %d\"}".formatted(i, i)))
            .toList());
  }

  private static RecordedEvent event(int i, String data) {
    return new RecordedEvent(
        new Position(Integer.toString(1 + 3 * i)),
        new JobId("job"),
        i + 1L,
        Event.of("type", Json.of(data)).at(Instant.EPOCH));
  }
}
