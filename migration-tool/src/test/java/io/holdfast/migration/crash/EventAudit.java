package io.holdfast.migration.crash;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.holdfast.JobId;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Every step's events are there, once, and in order. */
record EventAudit(Run run, int kills, List<RecordedEvent> events, Problems problems) {

  void check() {
    checkItems();
    checkRun();
    checkVersions();
    checkPositions();
  }

  private void checkItems() {
    Map<Integer, List<String>> found =
        events.stream()
            .filter(event -> !event.job().equals(Run.JOB))
            .collect(
                groupingBy(
                    event -> Item.of(event.data()).number(), mapping(EventAudit::text, toList())));
    run.items()
        .forEach(
            item ->
                problems.require(
                    "events of item " + item.number(),
                    expected(item),
                    found.getOrDefault(item.number(), List.of())));
    problems.requireSame(
        "items that have events", run.items().map(Item::number).collect(toSet()), found.keySet());
  }

  private static List<String> expected(Item item) {
    return IntStream.rangeClosed(1, item.attempts())
        .boxed()
        .flatMap(
            attempt ->
                Stream.of(
                    text(item.job(), Item.STARTED, attempt),
                    text(
                        item.job(),
                        item.succeedsAt(attempt) ? Item.COMPLETED : Item.FAILED,
                        attempt)))
        .toList();
  }

  private static String text(RecordedEvent event) {
    return text(event.job(), event.type(), event.data().tree().path("attempt").intValue());
  }

  private static String text(JobId job, String type, int attempt) {
    return job + "/" + type + " " + attempt;
  }

  /** One process begins, each that comes after a kill resumes, and one reduces. */
  private void checkRun() {
    List<String> expected = new ArrayList<>();
    expected.add(Run.STARTED);
    expected.addAll(Collections.nCopies(kills, Run.RESUMED));
    expected.addAll(List.of(Run.REDUCED, Run.COMPLETED));
    problems.require(
        "events of the run",
        expected,
        events.stream()
            .filter(event -> event.job().equals(Run.JOB))
            .map(RecordedEvent::type)
            .toList());
  }

  private void checkVersions() {
    events.stream()
        .collect(groupingBy(RecordedEvent::job, mapping(RecordedEvent::version, toList())))
        .forEach(
            (job, versions) ->
                problems.require(
                    "versions of " + job,
                    LongStream.rangeClosed(1, versions.size()).boxed().toList(),
                    versions));
  }

  private void checkPositions() {
    Comparator<RecordedEvent> order = RecordedEvent.KIND.order();
    for (int i = 1; i < events.size(); i++) {
      if (order.compare(events.get(i - 1), events.get(i)) >= 0) {
        problems.require("the event after " + events.get(i - 1), "a later one", events.get(i));
      }
    }
  }
}
