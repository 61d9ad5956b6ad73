package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes that are not in the files yet, and the draft below them that they were made over. */
final class Draft {

  private final Map<Shelf<?>, NavigableMap<DocumentKey, StagedDocument>> documents =
      new HashMap<>();
  private final Map<JobId, JobHead> heads = new HashMap<>();
  private final Map<RememberedBatch.Key, RememberedBatch> batches = new LinkedHashMap<>();
  private final List<StagedEvent> events = new ArrayList<>();
  private volatile @Nullable Draft below;
  private long bytes;

  /** A document as it will be; without {@code json} it will be gone. */
  record StagedDocument(@Nullable Json json, Note note) {}

  /** A line of a month's events. */
  record StagedEvent(String month, JobId job, long position, Line line) {}

  Draft(@Nullable Draft below) {
    this.below = below;
  }

  @Nullable Draft below() {
    return below;
  }

  /** What was below is in the files by now. */
  void settle() {
    below = null;
  }

  boolean isEmpty() {
    return documents.isEmpty() && events.isEmpty() && batches.isEmpty();
  }

  /** About how much memory this takes, and how much there is to write. */
  long bytes() {
    return bytes;
  }

  void put(Shelf<?> shelf, DocumentKey key, StagedDocument document) {
    of(shelf).put(key, document);
    bytes += 200 + (document.json() == null ? 0 : document.json().sizeBytes());
  }

  void add(StagedEvent event, JobHead head) {
    events.add(event);
    heads.put(event.job(), head);
    bytes += 200 + event.line().record().sizeBytes();
  }

  void add(RememberedBatch batch) {
    batches.put(batch.key(), batch);
    bytes += 200L * batch.parts().size();
  }

  /** Takes over what was staged in {@code above}. */
  void merge(Draft above) {
    above.documents.forEach((shelf, staged) -> of(shelf).putAll(staged));
    heads.putAll(above.heads);
    batches.putAll(above.batches);
    events.addAll(above.events);
    bytes += above.bytes;
  }

  private NavigableMap<DocumentKey, StagedDocument> of(Shelf<?> shelf) {
    return documents.computeIfAbsent(shelf, any -> new TreeMap<>());
  }

  Map<Shelf<?>, NavigableMap<DocumentKey, StagedDocument>> documents() {
    return documents;
  }

  @Nullable StagedDocument document(Shelf<?> shelf, DocumentKey key) {
    NavigableMap<DocumentKey, StagedDocument> staged = documents.get(shelf);
    return staged == null ? null : staged.get(key);
  }

  Map<JobId, JobHead> heads() {
    return heads;
  }

  Map<RememberedBatch.Key, RememberedBatch> batches() {
    return batches;
  }

  List<StagedEvent> events() {
    return events;
  }

  /** How many lines of the journal this is. */
  int lines() {
    int staged = documents.values().stream().mapToInt(Map::size).sum();
    return events.size() + staged + batches.size();
  }

  /** The position of the last event; 0 if there is none. */
  long lastPosition() {
    return events.isEmpty() ? 0 : events.get(events.size() - 1).position();
  }
}
