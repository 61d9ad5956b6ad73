package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JsonFields;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What all {@link LockContender}s have noted, beside what the storage has kept. */
record LockNotes(List<Note> notes) {

  /** All processes share one clock. */
  private record Note(String word, long time, String lock, long token, String detail) {

    static Note of(String line) {
      String[] parts = line.split(" ", -1);
      return new Note(
          parts[0], Long.parseLong(parts[1]), parts[2], Long.parseLong(parts[3]), parts[4]);
    }

    String key() {
      return lock + "@" + token;
    }
  }

  static LockNotes read(Path directory) throws IOException {
    List<Note> notes = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".txt")).toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          lines.map(Note::of).forEach(notes::add);
        }
      }
    }
    return new LockNotes(notes);
  }

  private Stream<Note> of(String word) {
    return notes.stream().filter(note -> note.word().equals(word));
  }

  /** Fails if anything was not as it has to be; otherwise the figures. */
  String verify(UnifiedStorage storage, long calmSince) {
    Set<String> kept = new HashSet<>();
    for (LockName lock : LockContender.LOCKS) {
      requireInTokenOrder(lock, commits(storage, lock), kept);
    }
    assertThat(of("acquired").map(Note::key).toList())
        .as("a token is given out once")
        .doesNotHaveDuplicates();
    List<String> committed = of("committed").map(Note::detail).toList();
    List<String> refused = of("refused").map(Note::detail).toList();
    assertThat(kept).as("what was acknowledged is there").containsAll(committed);
    assertThat(refused).as("what was refused is not").doesNotContainAnyElementsOf(kept);
    return "%d leases, %d commits in token order, %d refused; %s"
        .formatted(of("acquired").count(), kept.size(), refused.size(), latencies(calmSince));
  }

  private static List<RecordedEvent> commits(UnifiedStorage storage, LockName lock) {
    EventQuery all = EventQuery.job(LockContender.jobOf(lock)).limit(1_000_000);
    return Await.all(storage.events().read(all));
  }

  private static void requireInTokenOrder(
      LockName lock, List<RecordedEvent> commits, Set<String> kept) {
    long newest = 0;
    for (RecordedEvent commit : commits) {
      long token = JsonFields.of(commit.data()).number("token");
      assertThat(token)
          .as("commit %s of %s comes after one under %s", commit.version(), lock, newest)
          .isGreaterThanOrEqualTo(newest);
      newest = token;
      kept.add(String.valueOf(commit.event().origin().id()));
    }
    assertThat(commits).as("commits under %s", lock).isNotEmpty();
  }

  /** A release, and the lease of one that waited already. */
  private record Handover(long released, long micros) {}

  private List<Handover> handovers() {
    Map<String, Note> released = new HashMap<>();
    of("released").forEach(note -> released.put(note.key(), note));
    List<Handover> handovers = new ArrayList<>();
    of("acquired")
        .forEach(
            next -> {
              Note before = released.get(next.lock() + "@" + (next.token() - 1));
              if (before != null && Long.parseLong(next.detail()) < before.time()) {
                handovers.add(new Handover(before.time(), (next.time() - before.time()) / 1_000));
              }
            });
    return handovers;
  }

  private String latencies(long calmSince) {
    List<Handover> all = handovers();
    List<Handover> calm = all.stream().filter(handover -> handover.released() > calmSince).toList();
    return "from release to the next lease: "
        + latencies("all", all)
        + "; "
        + latencies("when calm", calm);
  }

  private static String latencies(String which, List<Handover> handovers) {
    List<Long> micros = handovers.stream().map(Handover::micros).sorted().toList();
    return micros.isEmpty()
        ? which + ": none"
        : "%s: %d, p50 %.1f ms, p90 %.1f ms, p99 %.1f ms, longest %.1f ms"
            .formatted(
                which,
                micros.size(),
                at(micros, 0.5),
                at(micros, 0.9),
                at(micros, 0.99),
                at(micros, 1));
  }

  private static double at(List<Long> sorted, double share) {
    int index = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.get(Math.max(0, index)) / 1_000.0;
  }
}
