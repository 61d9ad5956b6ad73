package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Members in processes of their own, which are killed and stopped while they work, and what has to
 * be true afterwards.
 */
final class SubscriptionDrill {

  private static final int JOBS = 500;
  private static final int CHUNKS = 40;

  private final UnifiedStorage storage;
  private final String url;
  private final Path directory;
  private final int events;
  private final List<DrillProcess> members = new ArrayList<>();
  private final Map<String, List<Slice>> lastSlices = new HashMap<>();

  private int kills;
  private int stops;

  SubscriptionDrill(UnifiedStorage storage, String url, Path directory, int events) {
    this.storage = storage;
    this.url = url;
    this.directory = directory;
    this.events = events;
  }

  /** Runs {@code processes} members, one killed every {@code pause} for {@code duration}. */
  String run(int processes, Duration pause, Duration duration)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    try {
      for (int i = 0; i < processes; i++) {
        members.add(new DrillProcess(DrillMember.class, url, directory, i));
      }
      var begun = Await.until(subscriptions().filter(all -> all.size() == 2));
      assertThat(begun).as("what the members have made").hasSize(2);
      Mono<Long> appended = append(duration.multipliedBy(8).dividedBy(10)).cache();
      var appending = appended.subscribe();
      trouble(pause, duration);
      appending.dispose();
      assertThat(appended.block(Duration.ofMinutes(2))).isEqualTo(events);
      awaitEnd();
    } finally {
      for (DrillProcess member : members) {
        member.kill();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long notes = requireAtLeastOnce();
    requireExactlyOnce();
    return "%d events to 2 subscriptions of %d processes in %.1f s: %d kill -9, %d SIGSTOP; %d copies, exactly once; %d deliveries, %d of them again"
        .formatted(events, processes, seconds, kills, stops, events, notes, notes - events);
  }

  /** At a steady rate, so that there is work as long as there is trouble. */
  private Mono<Long> append(Duration duration) {
    return Flux.range(0, CHUNKS)
        .delayElements(duration.dividedBy(CHUNKS))
        .concatMap(chunk -> storage.events().appendAll(chunk(chunk)).last())
        .map(BulkProgress::events)
        .reduce(0L, Long::sum);
  }

  private Flux<JobEvent> chunk(int number) {
    int size = events / CHUNKS;
    return Flux.range(number * size, size)
        .map(i -> new JobEvent(new JobId("job-" + i % JOBS), event(1 + i / JOBS)));
  }

  private static Event event(int version) {
    return Event.of("source", Json.of("{\"n\":" + version + "}"));
  }

  /**
   * Kills a member every {@code pause}. Another one is stopped meanwhile, until others have its
   * slices, and then goes on with what it believes to have.
   */
  private void trouble(Duration pause, Duration duration) throws IOException, InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    DrillProcess stopped = null;
    for (int round = 0; System.nanoTime() < end; round++) {
      Await.done(Mono.delay(pause));
      requireForward();
      if (stopped != null && isReplaced(stopped)) {
        stopped.signal("CONT");
        stopped = null;
      }
      DrillProcess victim = members.get(round % members.size());
      if (victim != stopped) {
        assertThat(victim.isAlive()).as("see %s", victim.log()).isTrue();
        victim.replace();
        kills++;
      }
      if (stopped == null && round % 5 == 2) {
        stopped = members.get((round + 2) % members.size());
        stopped.signal("STOP");
        stops++;
      }
    }
    if (stopped != null) {
      DrillProcess last = stopped;
      assertThat(Await.until(subscriptions().filter(all -> isReplaced(last, all)))).hasSize(2);
      stopped.signal("CONT");
    }
    requireForward();
  }

  private boolean isReplaced(DrillProcess member) {
    return isReplaced(member, Await.value(subscriptions()));
  }

  private static boolean isReplaced(DrillProcess member, List<Subscription> all) {
    return all.stream().noneMatch(one -> has(one, member.memberPrefix()));
  }

  private static boolean has(Subscription subscription, String prefix) {
    return subscription.members().stream().anyMatch(member -> member.id().startsWith(prefix));
  }

  private Mono<List<Subscription>> subscriptions() {
    return storage.subscriptions().list().collectList();
  }

  /** No slice goes back, and no token is given out twice. */
  private void requireForward() {
    for (Subscription subscription : Await.value(subscriptions())) {
      List<Slice> before = lastSlices.put(subscription.name().value(), subscription.slices());
      for (int i = 0; before != null && i < before.size(); i++) {
        Slice was = before.get(i);
        Slice is = subscription.slices().get(i);
        assertThat(is.position().covers(was.position()))
            .as("%s moves forward: from %s to %s", subscription.name(), was, is)
            .isTrue();
        assertThat(is.token()).isGreaterThanOrEqualTo(was.token());
      }
    }
  }

  private void awaitEnd() {
    Position last =
        Await.value(storage.events().read(EventQuery.backward(DrillMember.SOURCES).limit(1)).next())
            .position();
    for (String name : List.of(DrillMember.EXACTLY, DrillMember.AT_LEAST)) {
      storage.subscription(name).awaitProcessed(last).block(Duration.ofMinutes(10));
    }
    requireForward();
    assertThat(
            Await.value(storage.subscriptions().get(new SubscriptionName(DrillMember.EXACTLY)))
                .position()
                .covers(last))
        .isTrue();
  }

  /** The copies of each job are those of its events, once each and in order. */
  private void requireExactlyOnce() {
    Map<JobId, Long> seen = new HashMap<>();
    Long copies =
        storage
            .events()
            .subscribe(EventFilter.all().withTypes("copy"), StartFrom.beginning())
            .take(events)
            .doOnNext(copy -> requireNext(seen, copy))
            .count()
            .block(Duration.ofMinutes(2));
    assertThat(copies).isEqualTo(events);
    assertThat(storage.events().count(EventFilter.all().withTypes("copy")).block())
        .as("no copy too many")
        .isEqualTo(events);
  }

  private static void requireNext(Map<JobId, Long> seen, RecordedEvent copy) {
    long next = seen.merge(copy.job(), 1L, Long::sum);
    assertThat(copy.data())
        .as("the next event of %s", copy.job())
        .isEqualTo(Json.of("{\"n\":" + next + "}"));
  }

  private record Note(long time, String job, long version) {

    static Note of(String line) {
      String[] parts = line.split(" ", -1);
      return new Note(Long.parseLong(parts[0]), parts[1], Long.parseLong(parts[2]));
    }
  }

  /** All processes share one clock; the first delivery of each event is in the job's order. */
  private long requireAtLeastOnce() throws IOException {
    List<Note> notes = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".txt")).toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          lines.map(Note::of).forEach(notes::add);
        }
      }
    }
    notes.sort(Comparator.comparingLong(Note::time));
    Map<String, Long> highest = new HashMap<>();
    for (Note note : notes) {
      long before = highest.getOrDefault(note.job(), 0L);
      assertThat(note.version())
          .as("%s skips nothing: first deliveries come in order", note.job())
          .isLessThanOrEqualTo(before + 1);
      highest.put(note.job(), Math.max(before, note.version()));
    }
    assertThat(highest.values().stream().mapToLong(Long::longValue).sum())
        .as("every event was delivered")
        .isEqualTo(events);
    return notes.size();
  }
}
