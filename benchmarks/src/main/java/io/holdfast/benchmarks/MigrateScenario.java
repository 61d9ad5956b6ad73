package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * How fast does {@code holdfast migrate} move a directory into PostgreSQL and prove it, in a
 * process of its own with 256 MiB of heap, beside a raw COPY of as many of its events?
 */
final class MigrateScenario implements Scenario {

  private static final int CHUNK = 10_000;
  private static final int LANES = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** More are not encoded beforehand: they fill the memory. */
  private static final int CEILING_EVENTS_MAX = 500_000;

  @Override
  public String name() {
    return "migrate";
  }

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    SampleStore store =
        quick
            ? new SampleStore(500_000, 10_000, 10_000, 5_000)
            : new SampleStore(5_000_000, 100_000, 100_000, 50_000);
    Path directory = Files.createTempDirectory("holdfast-migrate");
    try {
      System.err.printf("  making %,d records in %s%n", store.records(), directory);
      store.write(directory.resolve("store"));
      double ceiling = ceiling(server, store);
      MigrateProcess.Outcome outcome =
          MigrateProcess.run(
              "file:" + directory.resolve("store"), server.url("migrated", 8), directory);
      return metrics(store, ceiling, outcome);
    } finally {
      delete(directory);
    }
  }

  /** Events a second, of a COPY that is encoded beforehand. */
  private static double ceiling(Server server, SampleStore store) throws Exception {
    Mono<Void> made =
        Holdfast.open(server.url("raw", 2))
            .flatMap(
                storage ->
                    storage
                        .transfer(RecordedEvent.KIND)
                        .load(store.oneEventOfEachMonth())
                        .then(storage.close()));
    made.block(PATIENCE);
    int events = Math.min(store.events(), CEILING_EVENTS_MAX);
    List<List<byte[]>> lanes = new ArrayList<>();
    IntStream.range(0, LANES).forEach(lane -> lanes.add(new ArrayList<>()));
    for (int from = 0; from < events; from += CHUNK) {
      List<JobEvent> chunk =
          IntStream.range(from, Math.min(from + CHUNK, events)).mapToObj(store::jobEvent).toList();
      lanes.get(from / CHUNK % LANES).add(RawCopy.encode(chunk, from + 1L));
    }
    server.execute("CHECKPOINT");
    Duration took = RawCopy.send(server, "raw", lanes);
    server.execute("DROP SCHEMA raw CASCADE");
    server.execute("CHECKPOINT");
    return events / (took.toNanos() / 1e9);
  }

  private List<Metric> metrics(SampleStore store, double ceiling, MigrateProcess.Outcome outcome) {
    double rate = store.records() / (outcome.took().toNanos() / 1e9);
    return List.of(
        new Metric(name(), "records_per_second", rate, "records/s"),
        new Metric(name(), "ceiling_per_second", ceiling, "events/s"),
        new Metric(name(), "ratio_to_ceiling", rate / ceiling, "ratio"),
        new Metric(name(), "seconds", outcome.took().toNanos() / 1e9, "s"),
        new Metric(name(), "peak_heap_mib", outcome.peakHeapBytes() / 1048576.0, "MiB"),
        new Metric(name(), "peak_resident_mib", outcome.peakResidentBytes() / 1048576.0, "MiB"));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(MigrateScenario::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
