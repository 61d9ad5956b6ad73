package io.holdfast.migration.report;

import io.holdfast.migration.proof.Root;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How far a migration is.
 *
 * @param run the migration
 * @param kinds what was copied of each kind, if anything
 */
public record MigrationStatus(MigrationRun run, List<Copied> kinds) {

  /**
   * What was copied of one kind.
   *
   * @param chunks in how many chunks
   * @param records how many records
   * @param last the key of the last one
   */
  public record Copied(String kind, long chunks, long records, String last) {

    private Copied and(Copied next) {
      return new Copied(kind, chunks + next.chunks, records + next.records, next.last);
    }
  }

  /** Copies the list. */
  public MigrationStatus {
    kinds = List.copyOf(kinds);
  }

  /** Of {@code run}, of which {@code chunks} are there, in their order. */
  public static Mono<MigrationStatus> of(MigrationRun run, Flux<MigrationChunk> chunks) {
    return chunks
        .collect(
            LinkedHashMap<String, Copied>::new,
            (kinds, chunk) ->
                kinds.merge(
                    chunk.kind(),
                    new Copied(chunk.kind(), 1, chunk.records(), chunk.last()),
                    Copied::and))
        .map(kinds -> new MigrationStatus(run, List.copyOf(kinds.values())));
  }

  /** All that the source held, in one number, once it is copied. */
  public String root() {
    return Root.of(run.sums()).sha256();
  }

  /** For programs. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("source", run.source());
    json.put("state", run.state().name());
    json.put("holder", run.holder());
    json.put("startedAt", run.startedAt().toString());
    json.put("updatedAt", run.updatedAt().toString());
    if (!run.sums().isEmpty()) {
      json.put("root", root());
    }
    json.put("kinds", kinds.stream().map(MigrationStatus::json).toList());
    return json;
  }

  private static Map<String, Object> json(Copied copied) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", copied.kind());
    json.put("chunks", copied.chunks());
    json.put("records", copied.records());
    json.put("last", copied.last());
    return json;
  }
}
