package io.holdfast.file;

import io.holdfast.file.Draft.StagedDocument;
import io.holdfast.file.Draft.StagedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/** Brings what is in the journal into the readable files. Nothing here is durable by itself. */
final class Applier {

  private final State state;
  private final Watermark watermark;
  private Set<String> touched = new HashSet<>();

  Applier(State state, Watermark watermark) {
    this.state = state;
    this.watermark = watermark;
  }

  /** Brings {@code draft} into the files; readers see all of it at once, documents and events. */
  void apply(Draft draft) throws IOException {
    applyEvents(draft);
    draft.heads().forEach(state.heads()::put);
    long position = Math.max(draft.lastPosition(), state.visible().position());
    state.show(draft, position);
    applyDocuments(draft);
    draft.batches().values().forEach(state.batches()::add);
    watermark.write(position);
    state.show(null, position);
    SessionNews.tell(state.watches(), draft);
  }

  private void applyEvents(Draft draft) throws IOException {
    Map<String, ByteArrayOutputStream> months = new LinkedHashMap<>();
    for (StagedEvent event : draft.events()) {
      months
          .computeIfAbsent(event.month(), month -> new ByteArrayOutputStream())
          .write(event.line().bytes());
    }
    for (Map.Entry<String, ByteArrayOutputStream> month : months.entrySet()) {
      long end = state.segments().length(month.getKey());
      state.segments().write(month.getKey(), end, month.getValue().toByteArray());
      touched.add(state.root().relativize(segment(month.getKey()).file()).toString());
    }
    for (StagedEvent event : draft.events()) {
      Segment segment = segment(event.month());
      segment.add(segment.length(), event.line().length(), event.position());
    }
  }

  private Segment segment(String month) {
    return state.segments().segment(month);
  }

  /**
   * What others need comes before them, and goes behind them: a reader that misses it looks whether
   * they are there.
   */
  private void applyDocuments(Draft draft) throws IOException {
    for (Shelf<?> shelf : Shelf.ALL) {
      applyDocuments(draft, shelf, false);
    }
    for (int i = Shelf.ALL.size() - 1; i >= 0; i--) {
      applyDocuments(draft, Shelf.ALL.get(i), true);
    }
  }

  private void applyDocuments(Draft draft, Shelf<?> shelf, boolean deleted) throws IOException {
    NavigableMap<DocumentKey, StagedDocument> staged = draft.documents().get(shelf);
    if (staged != null) {
      for (Map.Entry<DocumentKey, StagedDocument> document : staged.entrySet()) {
        if ((document.getValue().json() == null) == deleted) {
          applyDocument(shelf, document.getKey(), document.getValue());
        }
      }
    }
  }

  private void applyDocument(Shelf<?> shelf, DocumentKey key, StagedDocument document)
      throws IOException {
    String path = shelf.path(key);
    touched.add(path);
    if (document.json() == null) {
      remove(shelf, key, path);
    } else {
      state.documents().write(path, Line.bytes(shelf.name(), document.json()));
      state.catalog().of(shelf).put(key, document.note());
    }
  }

  /** For recovery: applies what probably is there already. */
  void restoreDocument(Shelf<?> shelf, DocumentKey key, StagedDocument document)
      throws IOException {
    String path = shelf.path(key);
    touched.add(path);
    if (document.json() == null) {
      remove(shelf, key, path);
    } else {
      state.documents().restore(path, Line.bytes(shelf.name(), document.json()));
      state.catalog().of(shelf).put(key, document.note());
    }
  }

  private void remove(Shelf<?> shelf, DocumentKey key, String path) throws IOException {
    state.catalog().of(shelf).remove(key);
    state.documents().delete(path);
  }

  /** For recovery: {@code path} was written to. */
  void touch(String path) {
    touched.add(path);
  }

  /** The files that were written since this was last asked. */
  Set<String> takeTouched() {
    Set<String> taken = touched;
    touched = new HashSet<>();
    return taken;
  }
}
