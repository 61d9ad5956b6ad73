package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.Position;
import io.holdfast.event.RecordedEvent;
import io.holdfast.file.Draft.StagedDocument;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Does again what the journal says; doing it twice, or over newer files, ends in the same state.
 */
final class Redo implements JournalReplay.Reader {

  private static final long HELD_BYTES_MAX = 16 << 20;

  private final State state;
  private final Applier applier;
  private final boolean indexed;
  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<String, Shelf<?>> shelves = new HashMap<>();
  private final Map<Place, StagedDocument> documents = new LinkedHashMap<>();
  private long heldBytes;

  private record Place(Shelf<?> shelf, DocumentKey key) {}

  /** Without an index the memory of the segments is left alone, as they are read afterwards. */
  Redo(State state, Applier applier, boolean indexed) {
    this.state = state;
    this.applier = applier;
    this.indexed = indexed;
    Shelf.ALL.forEach(shelf -> shelves.put(shelf.name(), shelf));
  }

  @Override
  public void commit(JsonFields header) {
    offsets.clear();
    for (Map.Entry<String, JsonNode> segment : header.json("segments").tree().properties()) {
      offsets.put(segment.getKey(), segment.getValue().longValue());
    }
  }

  @Override
  public void line(Line line) throws IOException {
    switch (line.tag()) {
      case "events" -> redoEvent(line);
      case RememberedBatch.TAG -> state.batches().add(RememberedBatch.decode(line.record()));
      case Journal.DELETED -> redoDeletion(JsonFields.of(line.record()));
      default -> redoDocument(shelf(line.tag()), line.record());
    }
  }

  private void redoEvent(Line line) throws IOException {
    RecordedEvent event = RecordedEvent.KIND.decode(line.record());
    String month = EventSegments.month(event.createdAt());
    byte[] bytes = Line.bytes(line.tag(), line.record());
    Long offset = offsets.get(month);
    if (offset == null) {
      throw new CorruptDataException("Commit", "it does not say where events go in " + month);
    }
    offsets.put(month, offset + bytes.length);
    state.segments().write(month, offset, bytes);
    applier.touch("events/" + month + ".jsonl");
    if (indexed) {
      noteEvent(event, state.segments().segment(month), offset, bytes.length);
    }
  }

  private void noteEvent(RecordedEvent event, Segment segment, long offset, int bytes) {
    if (offset > segment.length()) {
      throw new CorruptDataException(
          segment.file().toString(), "it has " + segment.length() + " bytes, expected " + offset);
    }
    long position = number(event.position());
    segment.add(offset, bytes, position);
    state.sawEvent(event.job(), event.version(), position);
  }

  private static long number(Position position) {
    return Long.parseLong(position.value());
  }

  private void redoDeletion(JsonFields fields) throws IOException {
    DocumentKey key = new DocumentKey(fields.text("first"), fields.text("second"));
    hold(new Place(shelf(fields.text("kind")), key), new StagedDocument(null, Note.NONE), 0);
  }

  private <R> void redoDocument(Shelf<R> shelf, Json json) throws IOException {
    R record = shelf.kind().decode(json);
    StagedDocument document = new StagedDocument(json, shelf.note(record));
    hold(new Place(shelf, shelf.key(record)), document, json.sizeBytes());
  }

  private void hold(Place place, StagedDocument document, int bytes) throws IOException {
    documents.put(place, document);
    heldBytes += 200 + bytes;
    if (heldBytes > HELD_BYTES_MAX) {
      flush();
    }
  }

  /** Writes the documents of which only the last form counts. */
  void flush() throws IOException {
    for (Map.Entry<Place, StagedDocument> document : documents.entrySet()) {
      Place place = document.getKey();
      applier.restoreDocument(place.shelf(), place.key(), document.getValue());
    }
    documents.clear();
    heldBytes = 0;
  }

  private Shelf<?> shelf(String name) {
    Shelf<?> shelf = shelves.get(name);
    if (shelf == null) {
      throw new CorruptDataException("Commit", "unknown kind of record " + name);
    }
    return shelf;
  }
}
