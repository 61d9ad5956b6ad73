package io.holdfast.migration.prodigy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/**
 * A migration from a Prodigy store that has succeeded.
 *
 * @param result what the command printed
 * @param report its report
 * @param skipped the lines about what was not simply imported
 */
record Import(Result result, JsonNode report, List<JsonNode> skipped) {

  /** Migrates, or fails the test. */
  static Import of(String from, String to, Path directory) {
    Path report = directory.resolve("report.json");
    Path skipped = directory.resolve("skipped.jsonl");
    Result result =
        Commands.succeed(
            "migrate",
            "--from",
            from,
            "--to",
            to,
            "--report",
            report.toString(),
            "--skipped",
            skipped.toString());
    try {
      return new Import(
          result,
          Json.of(Files.readString(report)).tree(),
          Files.readAllLines(skipped).stream().map(line -> Json.of(line).tree()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The counts: {@code "events rejected cut-off" -> 1}. */
  Map<String, Long> found() {
    Map<String, Long> found = new LinkedHashMap<>();
    for (JsonNode count : report.get("found")) {
      found.put(key(count), count.get("count").longValue());
    }
    return found;
  }

  /** The same counts, of the lines; what was imported has none. */
  Map<String, Long> lines() {
    Map<String, Long> lines = new LinkedHashMap<>();
    skipped.forEach(line -> lines.merge(key(line), 1L, Long::sum));
    return lines;
  }

  private static String key(JsonNode json) {
    String reason = json.get("reason").stringValue();
    String key = json.get("kind").stringValue() + " " + json.get("action").stringValue();
    return reason.isEmpty() ? key : key + " " + reason;
  }

  /** Everything in the storage at {@code url}: the kind, and the record as JSON. */
  static List<String> all(String url) {
    return Objects.requireNonNull(
        Commands.with(
            url,
            storage ->
                Flux.fromIterable(storage.kinds())
                    .concatMap(kind -> all(storage, kind))
                    .collectList()));
  }

  private static <R> Flux<String> all(UnifiedStorage storage, RecordKind<R> kind) {
    return storage.transfer(kind).export().map(record -> kind.name() + " " + kind.encode(record));
  }

  /** The records of one kind. */
  static <R> List<R> records(String url, RecordKind<R> kind) {
    return Objects.requireNonNull(
        Commands.with(url, storage -> storage.transfer(kind).export().collectList()));
  }

  /** What is counted adds up, and the lines say the same as the counts. */
  void requireConsistent() {
    Map<String, Long> withoutImported = new LinkedHashMap<>(found());
    withoutImported.keySet().removeIf(key -> key.endsWith(" imported"));
    assertThat(lines()).isEqualTo(withoutImported);
    assertThat(skipped)
        .allSatisfy(
            line -> {
              assertThat(line.path("file").isString()).isTrue();
              assertThat(line.path("offset").isIntegralNumber()).isTrue();
              assertThat(line.path("reason").isString()).isTrue();
            });
    List<Long> imported = new ArrayList<>();
    found().forEach((key, count) -> imported.add(key.endsWith(" imported") ? count : 0));
    assertThat(imported.stream().mapToLong(Long::longValue).sum())
        .isEqualTo(report.get("records").longValue());
  }
}
